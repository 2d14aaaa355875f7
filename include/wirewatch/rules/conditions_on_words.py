"""The conditions on words: `mentions`, `any_of`, `all_of`, `none_of`, `within_words`.

They are conditions like those of `conditions.py`, which imports them.
"""

from wirewatch.records import Span, When
from wirewatch.rules.outcome import Outcome, condition, no, yes
from wirewatch.rules.query import Query, find, parse, term
from wirewatch.rules.scene import Passage, View


@condition("mentions")
def mentions(view: View, when: When) -> Outcome:
    """The words stand in the sentence or in the title, as a search says it.

        mentions: '("Red Sea" OR Suez) AND (tanker* OR container*) NOT cruise'

    AND, OR and NOT in capitals; "quotes" for words that belong together; `NEAR/5` for words that
    are at most five words apart; `*` for any ending; brackets where AND and OR mix. Words are
    looked for as written, in capitals or not. Put the whole in single quotes.
    """
    return _search(view, parse(when.mentions or ""), when.mentions or "")


@condition("any_of")
def any_of(view: View, when: When) -> Outcome:
    """One of these words or phrases stands in the sentence or in the title.

        any_of: [tanker*, container ship, bulk carrier]

    A `*` at the end of a word stands for any ending.
    """
    found = [each for each in (_search(view, _term(t), t) for t in when.any_of) if each.holds]
    if not found:
        return no(f"none of: {', '.join(when.any_of)}")
    return _joined(found)


@condition("all_of")
def all_of(view: View, when: When) -> Outcome:
    """Each of these words or phrases stands in the sentence or in the title.

    all_of: [Suez, canal]
    """
    found = [_search(view, _term(text), text) for text in when.all_of]
    missing = next((each for each in found if not each.holds), None)
    return missing or _joined(found)


@condition("none_of")
def none_of(view: View, when: When) -> Outcome:
    """None of these words or phrases stands in the sentence or in the title.

    none_of: [cruise, yacht*]
    """
    for text in when.none_of:
        if _search(view, _term(text), text).holds:
            return no(f"“{text}” stands there")
    return yes("nothing that is excluded", here=False)


@condition("within_words")
def within_words(view: View, when: When) -> Outcome:
    """The words of `any_of` and `all_of` stand at most this many words apart.

        any_of: [tanker*, freighter*]
        all_of: [Houthi]
        within_words: 10

    Each of `all_of` and one of `any_of` must lie in one stretch of the sentence, or of the title.
    """
    groups: list[list[Query]] = [[_term(text)] for text in when.all_of]
    if when.any_of:
        groups.append([_term(text) for text in when.any_of])
    if len(groups) < 2 and not when.all_of:
        return yes("one word is near itself", here=False)
    for passage in view.passages:
        found = _stretch(passage, groups, when.within_words or 0)
        if found:
            return yes(f"within {when.within_words} words", found, here=_is_here(view, passage))
    return no(f"not within {when.within_words} words")


def _stretch(passage: Passage, groups: list[list[Query]], most: int) -> Span | None:
    """The shortest stretch that holds one of each group and is at most so many words apart."""
    places: list[tuple[int, int, int]] = []
    for number, group in enumerate(groups):
        marks = [mark for query in group for mark in find(query, [passage.words]) or ()]
        places += [(first, last, number) for _, first, last in marks]
    places.sort()
    best: tuple[int, int] | None = None
    for start, (first, _, _) in enumerate(places):
        missing = set(range(len(groups)))
        end = first
        for _, last, number in places[start:]:
            missing.discard(number)
            end = max(end, last)
            if not missing:
                if end - first <= most and (best is None or end - first < best[1] - best[0]):
                    best = (first, end)
                break
    return passage.place_of(*best) if best else None


def _is_here(view: View, passage: Passage) -> bool:
    return passage is view.passages[0]


def _term(text: str) -> Query:
    found = term(text)
    return found if found is not None else parse(f'"{text}"')


def _search(view: View, query: Query, text: str) -> Outcome:
    passages = view.passages
    marks = find(query, [passage.words for passage in passages])
    if marks is None:
        return no(f"the words do not stand there: {text}")
    spans = tuple(passages[n].place_of(first, last) for n, first, last in marks)
    words = ", ".join(dict.fromkeys(f"“{_printed(view, span)}”" for span in spans))
    return Outcome(True, f"words {words}", spans, any(n == 0 for n, _, _ in marks))


def _printed(view: View, span: Span) -> str:
    article = view.scene.article
    return (article.title if span.where == "title" else article.text)[span.start : span.end]


def _joined(found: list[Outcome]) -> Outcome:
    marks = tuple(mark for each in found for mark in each.marks)
    words = ", ".join(dict.fromkeys(each.reason.removeprefix("words ") for each in found))
    return Outcome(True, f"words {words}", marks, any(each.here for each in found))
