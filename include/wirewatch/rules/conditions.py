"""A rule condition: one function each. Its docstring is its page in the editors' manual.

A condition is asked about one development. It answers whether it holds, why in a few words, and
which words of the article show it. All conditions that a rule sets must hold. Those on words
stand in `conditions_on_words.py`.
"""

from wirewatch.records import Amount, Span, When
from wirewatch.rules import conditions_on_words  # noqa: F401 - they are conditions too
from wirewatch.rules.memory import Told
from wirewatch.rules.outcome import CONDITIONS, Outcome, condition, no, yes
from wirewatch.rules.scene import Passage, View

__all__ = ["CONDITIONS", "ORDER", "next_told"]

# In which order they are asked: what is cheap to see first, and what says most when it fails.
ORDER = (
    *("event", "becomes", "figure", "rises_by", "falls_by", "above", "below", "remarks_by"),
    *("about", "place", "any_of", "all_of", "within_words", "mentions", "none_of"),
)


# ── Events ────────────────────────────────────────────────────────────────────────────────────


@condition("event")
def event(view: View, when: When) -> Outcome:
    """The development is about this event of the vocabulary.

        event: rafah-operation

    It holds for a new status of the event, and for anything else that is new in a sentence which
    tells of the event. Of several events any one will do.
    """
    development = view.development
    if development.kind == "status":
        if development.about in when.event:
            found = view.sentence.events.get(development.about or "")
            marks = _event_marks(view.sentence, found.what, found.cues) if found else ()
            return yes(view.label(development.about), *marks)
        if when.becomes or not set(when.event) & view.sentence.events.keys():
            return no(f"it is about {view.label(development.about)}")
    for name in when.event:
        found = view.sentence.events.get(name)
        if found:
            return yes(view.label(name), *_event_marks(view.sentence, found.what, found.cues))
    return no(f"the sentence does not tell of {view.label(*when.event)}")


@condition("becomes")
def becomes(view: View, when: When) -> Outcome:
    """The event reaches one of these statuses.

    There are: threatened, planned, ordered, under way, paused, collapsed, over, denied, talked
    about.

        event: rafah-operation
        becomes: [ordered, under way]

    A change of status is meant, not a word: a sentence that merely repeats an order wakes nobody.
    A status that is seen for the first time counts, and so does one that comes back after another
    (paused, under way, paused again). Leave `becomes` out to be told of any new development.
    """
    now = view.development.status_now
    if view.development.kind != "status" or now is None:
        return no("no change of status")
    said = now.value.replace("_", " ")
    if now not in when.becomes:
        wanted = ", ".join(status.value.replace("_", " ") for status in when.becomes)
        return no(f"it became {said}, not {wanted}")
    before = view.development.status_before
    came = f"{before.value.replace('_', ' ')} → {said}" if before else said
    return yes(f"became {came}")


def _event_marks(
    passage: Passage, what: tuple[int, int], cues: tuple[tuple[int, int], ...]
) -> tuple[Span, ...]:
    where = passage.span.where
    return tuple(Span(where=where, start=a, end=b) for a, b in dict.fromkeys((what, *cues)))


# ── Figures ───────────────────────────────────────────────────────────────────────────────────


@condition("figure")
def figure(view: View, when: When) -> Outcome:
    """The development is a new value of this figure of the vocabulary.

        figure: gaza-toll

    Alone it tells every new value, the first one too. With `rises_by`, `falls_by`, `above` or
    `below` only those are told that matter.
    """
    development = view.development
    if development.value_now is None:
        return no("no new figure")
    if development.about not in when.figure:
        return no(f"a figure of {view.label(development.about) or 'another kind'}")
    before, now = development.value_before, development.value_now
    said = f"{_number(before)} → {_number(now)}" if before is not None else _number(now)
    return yes(f"{view.label(development.about)}: {said}")


@condition("rises_by")
def rises_by(view: View, when: When) -> Outcome:
    """The figure is higher by at least this much than the one that this rule told last.

        figure: gaza-toll
        rises_by: 5%

    `5%` is a share, `5` and `0.5` are amounts. The first figure of a ledger is the baseline, and
    nothing is told of it; small steps add up, until together they reach what you asked for.
    """
    return _moves(view, when.rises_by, 1)


@condition("falls_by")
def falls_by(view: View, when: When) -> Outcome:
    """The figure is lower by at least this much than the one that this rule told last.

        figure: hostages-held
        falls_by: 10

    It reads like `rises_by`, the other way.
    """
    return _moves(view, when.falls_by, -1)


def _moves(view: View, amount: Amount | None, way: int) -> Outcome:
    now = view.development.value_now
    if now is None or amount is None:
        return no("no new figure")
    known = view.told.value if view.told else view.development.value_before
    if known is None:
        return no(f"{_number(now)} is the first figure: it is the baseline")
    wanted = amount.value * abs(known) if amount.share else amount.value
    moved = (now - known) * way
    share = f" ({(now - known) / abs(known):+.1%})" if known else ""
    said = f"{_number(known)} → {_number(now)}{share}"
    # A share of a whole number is seldom exact in binary: a billionth is forgiven.
    if moved <= 0 or moved < wanted * (1 - 1e-9):
        word = "rises" if way > 0 else "falls"
        return no(f"{said} against what was told last: {word} by less than is wanted")
    return yes(f"{said} since it was last told")


@condition("above")
def above(view: View, when: When) -> Outcome:
    """The figure goes above this number, having been at or below it before.

        figure: gaza-toll
        above: 30000

    It is told when the line is crossed, not again for each figure beyond it. A first figure that
    lies above the line is told.
    """
    return _crosses(view, when.above, "above", view.told.above if view.told else None)


@condition("below")
def below(view: View, when: When) -> Outcome:
    """The figure goes below this number, having been at or above it before.

        figure: aid-trucks
        below: 100

    With `above` beside it the figure must lie between the two.
    """
    return _crosses(view, when.below, "below", view.told.below if view.told else None)


def lies_beyond(value: float | None, line: float | None, side: str) -> bool:
    """Whether a value lies above, or below, a line; one on the line does not."""
    if value is None or line is None:
        return False
    return value > line if side == "above" else value < line


def _crosses(view: View, line: float | None, side: str, was_beyond: bool | None) -> Outcome:
    now = view.development.value_now
    if now is None or line is None:
        return no("no new figure")
    if not lies_beyond(now, line, side):
        return no(f"{_number(now)} is not {side} {_number(line)}")
    if was_beyond is None:
        was_beyond = lies_beyond(view.development.value_before, line, side)
    if was_beyond:
        return no(f"{_number(now)}: it was {side} {_number(line)} before")
    return yes(f"{_number(now)} is {side} {_number(line)}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


# ── People, places ────────────────────────────────────────────────────────────────────────────


@condition("remarks_by")
def remarks_by(view: View, when: When) -> Outcome:
    """A person or an organisation says something that was not told before.

        remarks_by: guterres

    Quotes and reported speech count; the speaker is the one who is meant, also where the sentence
    only has “he”.
    """
    development = view.development
    if development.kind != "quote":
        return no("no new remark")
    if development.about in when.remarks_by:
        return yes(f"new remarks by {view.label(development.about)}")
    said_by = view.label(development.about) or development.speaker or "somebody unnamed"
    return no(f"a remark by {said_by}")


@condition("about")
def about(view: View, when: When) -> Outcome:
    """One of these entities is named in the sentence or in the title.

        about: [egypt, hamas]

    The one who speaks counts as named. At least something that the rule looks for must stand in
    the sentence itself: a title alone does not make every sentence of an article news.
    """
    development = view.development
    if development.kind == "quote" and development.about in when.about:
        return yes(f"{view.label(development.about)} speaks")
    return _named(view, when.about)


@condition("place")
def place(view: View, when: When) -> Outcome:
    """One of these places is named in the sentence or in the title.

        place: [rafah, khan-younis]

    The place of an event or a figure counts as named.
    """
    if view.development.place in when.place:
        return yes(f"in {view.label(view.development.place)}")
    return _named(view, when.place)


def _named(view: View, wanted: tuple[str, ...]) -> Outcome:
    marks: list[Span] = []
    names: list[str] = []
    here = False
    for passage in view.passages:
        for name in wanted:
            spans = passage.names.get(name)
            if spans:
                marks += spans
                names.append(view.label(name))
                here = here or passage is view.passages[0]
    if not names:
        return no(f"neither sentence nor title names {view.label(*wanted)}")
    return yes(f"names {', '.join(dict.fromkeys(names))}", *marks, here=here)


def next_told(view: View, when: When, matched: bool) -> Told | None:
    """What the rule remembers of the ledger after this figure; None if it counts none."""
    now = view.development.value_now
    if now is None:
        return None
    known = view.told.value if view.told else view.development.value_before
    return Told(
        value=now if matched or known is None else known,
        above=_side(view, when.above, "above", matched, view.told.above if view.told else None),
        below=_side(view, when.below, "below", matched, view.told.below if view.told else None),
    )


def _side(
    view: View, line: float | None, side: str, matched: bool, before: bool | None
) -> bool | None:
    """Whether the rule has told that the line was crossed, once this figure is judged."""
    if line is None:
        return before
    if not lies_beyond(view.development.value_now, line, side):
        return False
    if before is None:
        before = lies_beyond(view.development.value_before, line, side)
    return matched or before
