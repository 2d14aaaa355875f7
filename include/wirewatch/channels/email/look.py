"""How an alert looks as an e-mail: a subject of our words, plain text that any reader shows."""

from wirewatch.alerts.wording import clean, fares, title
from wirewatch.channels.console.look import look as lines
from wirewatch.records import Alert, Gathered, Health

LONGEST_SUBJECT = 150


def subject(message: Alert | Gathered | Health) -> str:
    """One line, without line breaks, whatever an article holds."""
    if isinstance(message, Gathered):
        return f"[Wirewatch] {title(message)}"
    if isinstance(message, Health):
        return f"[Wirewatch] {clean(message.about, 80)} {fares(message)}"
    weight = f"{message.severity.capitalize()}: " if message.severity in ("urgent", "high") else ""
    return f"{weight}{clean(message.headline, LONGEST_SUBJECT)}"


def look(message: Alert | Gathered | Health) -> str:
    """The body: the same lines as on the console."""
    return lines(message) + "\n"
