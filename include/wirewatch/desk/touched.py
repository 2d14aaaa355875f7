"""Which stored articles a changed vocabulary touches, and what it changes in their judgements.

Only those are read and compared anew. What is asked here is asked of stored keys and plain
letters, so that it costs little; it may name an article too many, never one too few.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property

from wirewatch.reading.counts import count_words
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import spell
from wirewatch.reading.word_forms import forms
from wirewatch.records import (
    Entity,
    EventDefinition,
    FigureDefinition,
    Judgement,
    Reading,
    Rule,
    Span,
    Verdict,
    Vocabulary,
)
from wirewatch.rules.scene import event_key, figure_key, name_key, speaker_key
from wirewatch.store.judgements import COUNTS, LANGUAGE, LETTERS, Kept
from wirewatch.text import fold

_PARTS = str.maketrans("", "", " -.'\n")
_TOLD = (LETTERS[Verdict.KNOWN], LETTERS[Verdict.BOILERPLATE])


def squeezed(text: str) -> str:
    """The letters of a text without case, accents, spaces and hyphens."""
    return (text.lower() if text.isascii() else fold(text)).translate(_PARTS)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What must stand in an article that a definition may be found in: one of each group.

    `keys` are those of the stored finds, `words` the letters of the text, by language.
    """

    keys: tuple[frozenset[str], ...]
    words: tuple[tuple[str, ...], ...]


class Changes:
    """What a vocabulary says otherwise than an older one, as far as some rules hang on it."""

    def __init__(self, before: Vocabulary, after: Vocabulary, rules: Iterable[Rule]) -> None:
        self._after = after
        used = _used(rules, (before, after))
        changed = _different(before, after)
        changed |= _hang_on(changed, (before, after))
        self.ids = frozenset(changed & used)
        self._keys = frozenset(
            make(one) for one in self.ids for make in (event_key, figure_key, name_key, speaker_key)
        )
        self._needs: dict[str, list[_Needs]] = {}

    def __bool__(self) -> bool:
        return bool(self.ids)

    def may_touch(self, kept: Kept, text: str) -> bool:
        """Whether an article may be read otherwise now; `text` as stored, title and all."""
        if not self._keys.isdisjoint(kept.finds):
            return True
        language = next((k for k in kept.finds if k.startswith(LANGUAGE)), LANGUAGE)
        code = language.removeprefix(LANGUAGE)
        if code not in self._needs:
            self._needs[code] = list(self._needs_in(code))
        likely = [
            needs
            for needs in self._needs[code]
            if not any(group.isdisjoint(kept.finds) for group in needs.keys)
        ]
        if not likely:
            return False
        letters = squeezed(text)
        return any(
            all(any(word in letters for word in group) for group in needs.words) for needs in likely
        )

    def spans(self, reading: Reading, stored: Judgement) -> frozenset[Span]:
        """The sentences that hold something of what changed, now or when they were judged."""
        places = [e.span for e in reading.events if e.event in self.ids]
        places += [f.span for f in reading.figures if f.figure in self.ids]
        places += [q.span for q in reading.quotes if q.speaker and q.speaker.entity in self.ids]
        now = {
            sentence
            for sentence in reading.sentences
            for place in places
            if sentence.where == place.where
            and sentence.start < place.end
            and place.start < sentence.end
        }
        return frozenset(now | {d.span for d in stored.developments if d.about in self.ids})

    def _needs_in(self, code: str) -> Iterator[_Needs]:
        for entity in self._after.entities:
            if entity.entity_id in self.ids:
                yield _Needs((), (_names(entity),))
        for event in self._after.events:
            if event.event_id in self.ids:
                yield self._of_event(event, code)
        for figure in self._after.figures:
            if figure.figure_id in self.ids:
                yield self._of_figure(figure, code)

    def _of_event(self, event: EventDefinition, code: str) -> _Needs:
        what = tuple(word for typed in event.what for word in _rarest(typed, code))
        groups = [self._where(some, code) for some in (event.where, event.with_any) if some]
        return _Needs(
            tuple(keys for keys, _ in groups if keys),
            (what, *(words for _, words in groups if words)),
        )

    def _of_figure(self, figure: FigureDefinition, code: str) -> _Needs:
        kinds = count_words(language_data(code))
        kind = kinds.kind(figure.counts.lower()) if kinds else None
        keys, words = self._where(figure.where, code) if figure.where else (frozenset(), ())
        counted: tuple[frozenset[str], ...] = ()
        if kind is not None:
            counted = (frozenset({COUNTS + kind}),)
        noun = figure.counts.lower().removesuffix("s")
        groups = (words,) if words else ()
        if kind is None:
            groups = (*groups, (squeezed(noun),))
        return _Needs((*counted, *((keys,) if keys else ())), groups)

    def _where(self, some: Iterable[str], code: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """Keys that will do, if all are names that stay as they were; else letters that will."""
        entities = self._entities
        if all(one in entities and one not in self.ids for one in some):
            return frozenset(name_key(one) for one in some), ()
        words = [
            word
            for one in some
            for word in (_names(entities[one]) if one in entities else _rarest(one, code))
        ]
        return frozenset(), tuple(words)

    @cached_property
    def _entities(self) -> Mapping[str, Entity]:
        return {entity.entity_id: entity for entity in self._after.entities}


def _names(entity: Entity) -> tuple[str, ...]:
    """The longest word of each spelling: it stands in every text that has the name."""
    typed = (entity.name, *entity.also)
    return tuple(max(spell(one)[0], key=len, default="") or squeezed(one) for one in typed)


def _rarest(typed: str, code: str) -> tuple[str, ...]:
    """All forms of the longest word of a phrase."""
    data = language_data(code)
    words = [word for piece in typed.split() for word in spell(piece)[0]]
    longest = max(words, key=len, default="")
    return tuple(dict.fromkeys((longest, *forms(longest, data)))) if longest else ()


def _used(rules: Iterable[Rule], vocabularies: Iterable[Vocabulary]) -> set[str]:
    """The ids that rules name, and those that these are made of."""
    found: set[str] = set()
    for rule in rules:
        when = rule.when
        found.update(when.event, when.figure, when.remarks_by, when.about, when.place)
    for vocabulary in vocabularies:
        for event in vocabulary.events:
            if event.event_id in found:
                found.update(event.where, event.with_any)
        for figure in vocabulary.figures:
            if figure.figure_id in found:
                found.update(figure.where)
    return found


def _different(before: Vocabulary, after: Vocabulary) -> set[str]:
    old, new = _by_id(before), _by_id(after)
    return {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}


def _by_id(vocabulary: Vocabulary) -> dict[str, object]:
    found: dict[str, object] = {e.entity_id: e for e in vocabulary.entities}
    found |= {f.figure_id: f for f in vocabulary.figures}
    # Its examples and what it is called change nothing of what is found.
    return found | {e.event_id: replace(e, about="", yes=(), no=()) for e in vocabulary.events}


def _hang_on(changed: Set[str], vocabularies: Iterable[Vocabulary]) -> set[str]:
    """The events and figures whose places or words are among what changed."""
    found: set[str] = set()
    for vocabulary in vocabularies:
        found.update(
            event.event_id
            for event in vocabulary.events
            if not changed.isdisjoint((*event.where, *event.with_any))
        )
        found.update(
            figure.figure_id
            for figure in vocabulary.figures
            if not changed.isdisjoint(figure.where)
        )
    return found


def merged(kept: Kept, fresh: Judgement, reading: Reading, changes: Changes) -> Judgement:
    """The stored judgement, with the fresh one's say on the sentences that the change touches.

    The fresh one was made knowing only what else is touched: of a sentence that it takes for new
    and the stored one for told, the stored one knows better.
    """
    stored = kept.judgement
    letters = dict(zip(reading.sentences, kept.verdicts, strict=False))
    told = {echo.development_id for echo in stored.echoes}
    touched = changes.spans(reading, stored)
    found = [d for d in stored.developments if d.span not in touched]
    found += [
        replace(d, story=stored.story)
        for d in fresh.developments
        if d.span in touched
        and d.development_id not in told
        and not (d.verdict is Verdict.NEW and letters.get(d.span) in _TOLD)
    ]
    own = {d.development_id for d in found}
    echoes = {e.development_id: e for e in (*stored.echoes, *fresh.echoes)}
    return replace(
        stored,
        developments=tuple(sorted(found, key=lambda d: (d.span.where != "title", d.span.start))),
        echoes=tuple(e for id_, e in echoes.items() if id_ not in own),
    )
