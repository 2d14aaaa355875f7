"""How an alert looks on the console."""

from wirewatch.alerts.wording import (
    SYMBOLS,
    aloud,
    change,
    clean,
    counts,
    evidence,
    known,
    printed_by,
    title,
)
from wirewatch.records import Alert, Development, Gathered, Health

MOST = 8


def look(message: Alert | Gathered | Health, *, plain: bool = False) -> str:
    """The message as lines, the news first; `plain` is one line as it would be read aloud."""
    if isinstance(message, Gathered):
        return _gathered(message)
    if isinstance(message, Health):
        return _health(message)
    return aloud(message) if plain else _alert(message)


def _alert(alert: Alert) -> str:
    reply = alert.kind == "update"
    sign = "  ↳" if reply else SYMBOLS.get(alert.severity, "🔵")
    weight = f"  [{alert.severity}]" if alert.severity in ("high", "urgent") else ""
    lines = [f"{sign} {clean(alert.headline, 160)}{weight}"]
    for development in alert.developments[:MOST]:
        lines += _development(development)
    more = len(alert.developments) - MOST
    if more > 0:
        lines.append(f"and {more} more: wirewatch story {clean(alert.story, 60)}")
    facts = [known(alert) if reply else "", counts(alert), printed_by(alert), clean(alert.url, 500)]
    lines.append(" · ".join(fact for fact in facts if fact))
    lines.append(f"rule {clean(alert.rule_name, 80)}: {clean(alert.because, 200)}")
    return "\n".join([lines[0], *(("    " if reply else "   ") + line for line in lines[1:])])


def _development(development: Development) -> list[str]:
    label, before, now = change(development)
    said = f"{label}: {before} → {now}" if before else f"{label}: {now}"
    if before and development.kind == "correction":
        said = f"{label}: {now} (told before: {before})"
    sentence = evidence(development)
    return [said, f"“{sentence}”"] if sentence and sentence != now else [said]


def _gathered(gathered: Gathered) -> str:
    lines = [f"■ {title(gathered)}"]
    for alert in gathered.alerts:
        lines.append(f"   {SYMBOLS.get(alert.severity, '🔵')} {clean(alert.headline, 160)}")
        lines.append(f"      {counts(alert)} · {clean(alert.url, 500)}")
    return "\n".join(lines)


def _health(health: Health) -> str:
    sign = "✔" if health.well else "✖"
    mend = f" {clean(health.mend)}" if health.mend else ""
    return f"{sign} {clean(health.about, 80)}: {clean(health.says)}{mend}"
