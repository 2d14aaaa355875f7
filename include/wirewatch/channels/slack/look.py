"""How a Slack message looks.

An alert says what is new, with the sentence that says so; who carries it, where, since when; and
which rule asked for it. A reply in its thread says only what is new since. Below stands what people
did about it, and the buttons (`clicks.py`). Colours never stand alone: the word stands beside them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from wirewatch.alerts.answer import done_aloud
from wirewatch.alerts.wording import (
    SYMBOLS,
    TAKEN_DOWN,
    aloud,
    change,
    clean,
    counts,
    cut,
    evidence,
    fares,
    first_seen,
    is_taken_down,
    known,
    marked,
    people,
    places,
    printed_by,
    title,
    told,
)
from wirewatch.channels.slack import clicks, parts
from wirewatch.channels.slack.parts import Block
from wirewatch.records import Alert, Development, Gathered, Health, Standing
from wirewatch.text import count

MOST_BYTES = 6000
# Facts shown, and letters of each, as room gets scarce.
_STEPS = ((5, 300), (4, 220), (3, 160), (2, 110), (1, 80), (1, 40))


def look(
    message: Alert | Gathered | Health,
    *,
    plain: bool = False,
    buttons: bool = False,
    standing: Standing | None = None,
) -> dict[str, Any]:
    """`text` for notifications and screen readers, and `blocks` unless `plain`.

    `buttons` if somebody hears the clicks; `standing` is what people did about an alert so far.
    """
    if isinstance(message, Alert):
        about = standing or Standing()
        said = f"{aloud(message)} {done_aloud(about)}".strip()
        blocks = _fitting(message, about, buttons)
    elif isinstance(message, Gathered):
        said, blocks = _gathered_aloud(message), _digest(message)
    else:
        said, blocks = _health_aloud(message), _health(message)
    return {"text": parts.escaped(said), **({} if plain else {"blocks": blocks})}


def shown_in_channel(alert: Alert) -> bool:
    """Whether a reply is urgent enough to be shown in the channel as well as in its thread."""
    weighty = any(d.kind in ("status", "correction") for d in alert.developments)
    return alert.kind == "update" and (weighty or alert.severity == "urgent")


def _fitting(alert: Alert, standing: Standing, buttons: bool) -> list[Block]:
    if is_taken_down(alert):
        return [parts.rich(parts.section(parts.text(TAKEN_DOWN, italic=True)))]
    build: Callable[[Alert, int, int], list[Block]]
    build = _update if alert.kind == "update" else _alert
    row = [clicks.buttons(alert, standing)] if buttons else []
    below = [*clicks.done(standing), *row]
    most_bytes = MOST_BYTES - parts.size(below)
    blocks: list[Block] = []
    for most, letters in _STEPS:
        blocks = build(alert, most, letters)
        if parts.size(blocks) <= most_bytes:
            break
    return [*_squeezed(blocks, most_bytes), *below]


def _squeezed(blocks: list[Block], most_bytes: int = MOST_BYTES) -> list[Block]:
    """Whatever letters it is made of, it fits: an emoji takes twelve bytes on its way."""
    for longest in (60, 30, 12):
        if parts.size(blocks) <= most_bytes:
            break
        blocks = parts.shortened(blocks, longest)
    return blocks


def _alert(alert: Alert, most: int, letters: int) -> list[Block]:
    symbol = SYMBOLS.get(alert.severity, SYMBOLS["normal"])
    weight = f"{alert.severity.capitalize()}: " if alert.severity in ("urgent", "high") else ""
    return [
        parts.header(f"{symbol} {weight}{clean(alert.headline)}"),
        parts.rich(*_mentions(alert), *_news(alert, most, letters), *_facts(alert)),
        _small_print(alert),
    ]


def _update(alert: Alert, most: int, letters: int) -> list[Block]:
    heading = parts.section(parts.text(clean(alert.headline, 150), bold=True))
    return [
        parts.rich(
            heading,
            *_mentions(alert),
            *_news(alert, most, letters),
            parts.section(*_carried(alert)),
        ),
        _small_print(alert, known(alert)),
    ]


def _mentions(alert: Alert) -> list[Block]:
    if not alert.mention:
        return []
    names: list[Block] = []
    for name in alert.mention[:5]:
        names += [parts.mention(name), parts.text(" ")]
    return [parts.section(*names)]


def _news(alert: Alert, most: int, letters: int) -> list[Block]:
    shown: list[Block] = []
    groups = told(alert.developments)
    for group in groups[:most]:
        shown += [parts.section(*_change(development, letters)) for development in group[:most]]
        if evidence(group[0]):
            shown.append(parts.quote(*_sentence(alert, group[0], letters)))
    more = sum(map(len, groups[most:])) + sum(len(group[most:]) for group in groups[:most])
    if more > 0:
        story = clean(alert.story, 60)
        said = f"and {count(more, 'more new fact')}: wirewatch story {story}"
        shown.append(parts.section(parts.text(said, italic=True)))
    return shown


def _change(development: Development, letters: int) -> list[Block]:
    label, before, now = change(development)
    said = [parts.text(f"{label}: ")]
    if development.kind in ("sentence", "quote"):
        return [*said, parts.text(cut(now, letters))]
    if before and development.kind == "correction":
        return [
            *said,
            parts.text(cut(now, letters), bold=True),
            parts.text(f" (told before: {cut(before, letters)})"),
        ]
    if before:
        struck = development.kind == "status"
        said += [parts.text(cut(before, letters), strike=struck), parts.text(" → ")]
    return [*said, parts.text(cut(now, letters), bold=True)]


def _sentence(alert: Alert, development: Development, letters: int) -> list[Block]:
    pieces = marked(development, alert.marks, letters)
    return [parts.text(said, bold=bold) for said, bold in pieces] or [parts.text("–")]


def _facts(alert: Alert) -> list[Block]:
    rows = [("Who", people(alert)), ("Where", places(alert))]
    lines: list[Block] = []
    for label, said in rows:
        if said:
            lines.append(_fact(label, parts.text(cut(said, 120))))
    moment = alert.at.strftime("%d %b %Y at %H:%M UTC")
    return [
        parts.section(parts.text("\n"), *_carried(alert)),
        *lines,
        _fact("First seen", parts.when(first_seen(alert), moment)),
    ]


def _fact(label: str, *said: Block) -> Block:
    return parts.section(parts.text(f"{label}: ", bold=True), *said)


def _carried(alert: Alert) -> list[Block]:
    said = [parts.text("Carried by: ", bold=True), parts.text(counts(alert))]
    printed, link = printed_by(alert), parts.link(alert.url)
    if printed or link:
        said.append(parts.text("\n"))
        said.append(parts.text("Read: ", bold=True))
        said += [parts.text(f"{printed}{' · ' if link else ''}")] if printed else []
    return [*said, *link]


def _small_print(alert: Alert, *more: str) -> Block:
    rule = f"Rule “{clean(alert.rule_name, 80)}”: {clean(alert.because, 160)}"
    return parts.small(*more, f"{rule}. Severity {alert.severity}. Alert {alert.alert_id[:8]}")


def _digest(gathered: Gathered) -> list[Block]:
    for letters in (120, 90, 60, 40, 25):
        rows = [_cells("Rule", "What is new", "Carried by")]
        rows += [_row(alert, letters) for alert in gathered.alerts]
        columns = [{"is_wrapped": True}] * 3
        blocks: list[Block] = [
            parts.header(title(gathered)),
            {"type": "table", "rows": rows, "column_settings": columns},
            parts.small("Nothing was dropped: every alert that waited is in this list."),
        ]
        if parts.size(blocks) <= MOST_BYTES:
            return blocks
    rows_only = parts.rich(parts.bullets(_short(alert) for alert in gathered.alerts))
    return _squeezed([parts.header(title(gathered)), rows_only])


def _row(alert: Alert, letters: int) -> list[Block]:
    said: list[Block] = [parts.text(cut(_news_of(alert), letters) + " ")]
    cell = parts.rich(parts.section(*said, *_short_link(alert, letters)))
    rule, carried = cut(clean(alert.rule_name), max(letters // 2, 20)), counts(alert)
    return [_raw(rule), cell, _raw(cut(carried, max(letters // 2, 20)))]


def _short_link(alert: Alert, letters: int) -> list[Block]:
    return parts.link(alert.url) if len(alert.url) <= letters * 2 else []


def _short(alert: Alert) -> Block:
    return parts.section(parts.text(cut(clean(alert.headline), 60)))


def _cells(*labels: str) -> Sequence[Block]:
    return [parts.rich(parts.section(parts.text(label, bold=True))) for label in labels]


def _raw(said: str) -> Block:
    return {"type": "raw_text", "text": said or "–"}


def _news_of(alert: Alert) -> str:
    """What an alert says, without its rule's name, which stands in its own column."""
    lead = alert.developments[0]
    label, before, now = change(lead)
    said = f"{before} → {now}" if before else now
    if lead.kind in ("status", "figure"):
        said = f"{said}: {clean(lead.sentence)}"
    elif label != "New":
        said = f"{label}: {said}"
    more = len(alert.developments) - 1
    return f"(+{more}) {said}" if more else said


def _gathered_aloud(gathered: Gathered) -> str:
    first = [cut(clean(alert.headline), 80) for alert in gathered.alerts[:3]]
    more = len(gathered.alerts) - len(first)
    rest = f". And {more} more" if more > 0 else ""
    return f"{title(gathered)}. {'. '.join(first)}{rest}."


def _health(health: Health) -> list[Block]:
    sign = "✅" if health.well else "⚠️"
    said = [parts.section(parts.text(clean(health.says)))]
    if health.mend:
        said.append(
            parts.section(parts.text("What to do: ", bold=True), parts.text(clean(health.mend)))
        )
    return [
        parts.header(f"{sign} Wirewatch: {clean(health.about, 80)} {fares(health)}"),
        parts.rich(*said),
        parts.small("About Wirewatch itself, not about the news."),
    ]


def _health_aloud(health: Health) -> str:
    said = f"Wirewatch: {clean(health.about, 80)} {fares(health)}. {clean(health.says)}"
    return f"{said} {clean(health.mend)}".strip()
