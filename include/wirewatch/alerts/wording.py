"""How an alert's facts are put into words, in every channel alike.

The words are ours; what comes from articles passes through `clean`, which keeps a headline from
steering a terminal, hiding letters or turning a line round.
"""

import re
from collections.abc import Iterable

from wirewatch.records import Alert, Development, Gathered, Health, Span
from wirewatch.text import count

LONGEST = 300
# Invisible letters that change what others look like: Unicode TR 36 (bidi), TR 39 (zero width).
_SHIFTY = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
# More than four marks on a letter cover the lines around it.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")
_OPENING = "\"“„«‹‘'"
SYMBOLS = {"low": "⚪", "normal": "🔵", "high": "🟠", "urgent": "🔴"}


def clean(text: str, longest: int = LONGEST) -> str:
    """The text on one line, without controls and invisible letters, cut at a word."""
    some = text[: 4 * longest + 100]  # a few letters vanish; nobody needs a page of them
    shown = _PILE.sub(r"\1", _CONTROL.sub(" ", _SHIFTY.sub("", some)))
    return cut(" ".join(shown.split()), longest)


def cut(text: str, longest: int) -> str:
    """The text, or as many whole words of it as fit, and an ellipsis."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    space = head.rfind(" ")
    return (head[:space] if space > longest // 2 else head).rstrip(" ,;:–—-") + "…"


def number(value: float) -> str:
    """27708.0 as 27,708; a fraction keeps two places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")


def change(development: Development) -> tuple[str, str | None, str]:
    """What a development says in a few words: its label, what was known before, what is now."""
    if development.kind == "status" and development.status_now:
        before = development.status_before
        return "Status", before and _status(before), _status(development.status_now)
    if development.kind == "figure" and development.value_now is not None:
        before_value = development.value_before
        was = None if before_value is None else number(before_value)
        return "Figure", was, _counted(development, number(development.value_now))
    if development.kind == "quote":
        who = clean(development.speaker or "", 80)
        return "Said" if not who else f"{who} said", None, _spoken(development)
    label = "Correction" if development.kind == "correction" else "New"
    before_text = clean(development.before) if development.before else None
    return label, before_text, clean(development.says or development.sentence)


def _counted(development: Development, value: str) -> str:
    """The number as exact as it was said, with what it counts: “31 killed”, “at least 41”."""
    says = clean(development.says, 60)
    if development.value_bound:
        value = f"{development.value_bound} {value}"
    return says if says.startswith(f"{value} ") else value


def _spoken(development: Development) -> str:
    """The remark; in quotation marks only if the article has it in them: a report is no quote."""
    said = clean(development.says)
    at = development.sentence.find(development.says) if development.says else -1
    before = development.sentence[:at].rstrip()[-1:] if at > 0 else ""
    return f"“{said.rstrip(',')}”" if before and before in _OPENING else said


def _status(status: str) -> str:
    return str(getattr(status, "value", status)).replace("_", " ")


def evidence(development: Development) -> str | None:
    """The sentence, where it says more than `change` does already."""
    if development.kind in ("status", "figure", "correction"):
        return clean(development.sentence)
    return None


def told(developments: Iterable[Development]) -> list[tuple[Development, ...]]:
    """The facts by the sentence that says them, which is then shown once.

    A remark that stands whole in a sentence that is shown anyway, its speaker too, is left out.
    """
    by_sentence: dict[str, list[Development]] = {}
    for development in developments:
        apart = "" if evidence(development) else development.development_id
        quoted = development.kind == "quote" and _stands_in(development, by_sentence)
        if not quoted:
            by_sentence.setdefault(f"{apart}{development.sentence}", []).append(development)
    return [tuple(some) for some in by_sentence.values()]


def _stands_in(development: Development, shown: Iterable[str]) -> bool:
    speaker = (development.speaker or "").strip()
    sentence = development.sentence
    return sentence in shown and development.says in sentence and speaker in sentence


def in_quotes(sentence: str) -> str:
    """The sentence in quotation marks, unless it begins with its own."""
    return sentence if sentence[:1] in _OPENING else f"“{sentence}”"


def counts(alert: Alert) -> str:
    """“2 outlets, 1 origin (AFP)”."""
    outlets, origins = len(alert.publishers), len(alert.origins)
    said = count(outlets or 1, "outlet")
    if not origins:
        return said
    names = ", ".join(clean(name, 40) for name in alert.origins[:3])
    more = f" and {origins - 3} more" if origins > 3 else ""
    return f"{said}, {count(origins, 'origin')} ({names}{more})"


def printed_by(alert: Alert) -> str:
    """“Example Daily, an AFP story”; empty when nobody is named."""
    publisher = clean(alert.publisher or "", 60)
    credit = clean(alert.credit or "", 40)
    if credit and credit != publisher:
        return f"{publisher}, crediting {credit}" if publisher else f"crediting {credit}"
    return publisher


def first_seen(alert: Alert) -> float:
    """When the oldest of its facts was first seen, as a Unix time."""
    seen = [d.first_seen for d in alert.developments if d.first_seen]
    return min([*seen, alert.at]).timestamp()


def people(alert: Alert, names: Iterable[str] = ()) -> str:
    """Who speaks in it."""
    return _list([*(d.speaker for d in alert.developments), *names])


def places(alert: Alert) -> str:
    """Where it happens."""
    return _list(d.place for d in alert.developments)


def _list(names: Iterable[str | None]) -> str:
    return ", ".join(dict.fromkeys(clean(name, 60) for name in names if name))


def known(alert: Alert) -> str:
    """“62% of the article was known”, or nothing when none of it was."""
    share = round(alert.known_share * 100)
    return f"{share}% of this article was already told" if share > 0 else ""


def held_because(reason: str) -> str:
    """Why several alerts come in one message, as its heading."""
    return {
        "digest": "Digest",
        "muted": "What you missed while muted",
        "at most every": "New stories that waited for one another",
        "catch-up": "Catching up on what waited",
    }.get(reason, "Alerts")


def title(gathered: Gathered) -> str:
    """The heading of a message with several alerts."""
    return f"{held_because(gathered.reason)}: {count(len(gathered.alerts), 'alert')}"


def fares(health: Health) -> str:
    """How the thing that a health message is about fares: “is well again”."""
    if health.trial:
        return "is well (a test)"
    return "is well again" if health.well else "is not well"


TAKEN_DOWN = "Taken down: the article that this told of was withdrawn."


def is_taken_down(alert: Alert) -> bool:
    """Whether its article was forgotten, so that nothing but ids is left of it."""
    return not alert.headline and not alert.url


def aloud(alert: Alert) -> str:
    """The alert as it is read aloud, on a watch or a lock screen: words only, the news first."""
    if is_taken_down(alert):
        return TAKEN_DOWN
    lead = alert.developments[0] if alert.developments else None
    parts = [clean(alert.headline, 150)]
    if lead:
        label, before, now = change(lead)
        if lead.kind in ("status", "figure"):
            parts.append(f"It was {before} before" if before else "")
            parts.append(clean(lead.sentence, 200))
        else:
            parts.append(f"{label}: {cut(now, 200)}")
    more = len(alert.developments) - 1
    parts.append(count(more, "more new fact") if more > 0 else "")
    parts.append(counts(alert))
    return " ".join(part if part[-1] in ".…!?" else f"{part}." for part in parts if part)


def marked(development: Development, marks: Iterable[Span], longest: int) -> list[tuple[str, bool]]:
    """The evidence sentence in pieces, each with whether it is among the words that matched."""
    span, text = development.span, development.sentence
    inside = sorted(
        (max(mark.start - span.start, 0), min(mark.end - span.start, len(text)))
        for mark in marks
        if mark.where == span.where and mark.end > span.start and mark.start < span.end
    )
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in inside:
        if start >= at and end > start:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return _cleaned([*pieces, (text[at:], False)], longest)


def _cleaned(pieces: Iterable[tuple[str, bool]], longest: int) -> list[tuple[str, bool]]:
    shown: list[tuple[str, bool]] = []
    left = longest
    for piece, is_marked in pieces:
        text = clean(piece, max(left, 1))
        if piece.isspace() and shown and left > 0:  # between two words that are both marked
            shown.append((" ", False))
            left -= 1
        before = " " if shown and piece[:1].isspace() and text else ""
        after = " " if piece[-1:].isspace() and text and len(text) < left else ""
        if text and left > 0:
            spaced = before + text + after if not shown or not shown[-1][0].endswith(" ") else (
                text + after
            )  # fmt: skip
            shown.append((spaced, is_marked))
            left -= len(spaced)
    return shown
