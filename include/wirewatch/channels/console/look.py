"""How an alert looks on the console."""

from datetime import UTC, datetime

from wirewatch.alerts.wording import (
    SYMBOLS,
    TAKEN_DOWN,
    aloud,
    change,
    clean,
    counts,
    evidence,
    first_seen,
    in_quotes,
    is_taken_down,
    known,
    places,
    printed_by,
    title,
    told,
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
    if is_taken_down(alert):
        return TAKEN_DOWN
    reply = alert.kind == "update"
    sign = "  ↳" if reply else SYMBOLS.get(alert.severity, "🔵")
    weight = f"  [{alert.severity}]" if alert.severity in ("high", "urgent") else ""
    lines = [f"{sign} {clean(alert.headline, 160)}{weight}"]
    groups = told(alert.developments)
    for group in groups[:MOST]:
        lines += _news(group)
    more = sum(map(len, groups[MOST:]))
    if more > 0:
        lines.append(f"and {more} more: wirewatch story {clean(alert.story, 60)}")
    lines.append(" · ".join(filter(None, [places(alert), f"first seen {_moment(alert)}"])))
    printed = printed_by(alert)
    again = alert.origins == (printed,)  # counts() has just said it
    facts = [counts(alert), "" if again else printed, clean(alert.url, 500)]
    lines.append(" · ".join(fact for fact in facts if fact))
    why = f"rule {clean(alert.rule_name, 80)}: {clean(alert.because, 200)}"
    lines.append(" · ".join(filter(None, [why, known(alert) if reply else ""])))
    return "\n".join([lines[0], *(("    " if reply else "   ") + line for line in lines[1:])])


def _moment(alert: Alert) -> str:
    return f"{datetime.fromtimestamp(first_seen(alert), UTC):%d %b %H:%M} UTC"


def _news(group: tuple[Development, ...]) -> list[str]:
    """What is new in one sentence, and below it the sentence."""
    said = [_said(development) for development in group]
    sentence = evidence(group[0])
    is_said = sentence == change(group[0])[2]
    return [*said, in_quotes(sentence)] if sentence and not is_said else said


def _said(development: Development) -> str:
    label, before, now = change(development)
    if before and development.kind == "correction":
        return f"{label}: {now} (told before: {before})"
    return f"{label}: {before} → {now}" if before else f"{label}: {now}"


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
