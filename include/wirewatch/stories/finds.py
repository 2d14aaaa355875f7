"""Where do I change what becomes a development? The facts that a sentence brings, by kind.

A status or figure is a development if it moves its ledger, a quote if nobody told it, a correction
if it takes back something told; a new sentence is one itself only where it brings no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from wirewatch.records import (
    Article,
    Development,
    Echo,
    Event,
    Figure,
    Quote,
    Reading,
    Span,
    Verdict,
)  # fmt: skip
from wirewatch.stories import furniture, ledger, novelty
from wirewatch.stories.asking import event_ledger, figure_ledger
from wirewatch.stories.memory import STORY, Known, Step
from wirewatch.stories.origins import passage_origin
from wirewatch.stories.verdicts import FEWEST_QUOTED, Judged, Sentences
from wirewatch.stories.words import normal, tokens
from wirewatch.text import digest

Kind = Literal["sentence", "status", "figure", "quote", "correction"]


EXACTLY = "exactly"  # how a figure is bound that may be told without a word


@dataclass
class Finds:
    """What an article brings, gathered sentence by sentence."""

    article: Article
    reading: Reading
    known: Known
    sentences: Sentences
    story: str
    origin: str
    now: datetime
    developments: list[Development] = field(default_factory=list)
    echoes: dict[str, Echo] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=dict)
    added: list[Step] = field(default_factory=list)
    facts: dict[int, list[str]] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    upgraded: dict[int, Judged] = field(default_factory=dict)

    def gather(self, judged: Sequence[Judged]) -> None:
        """Take in all sentences: those of the text first, since the title only repeats them."""
        for one in sorted(judged, key=lambda one: (one.span.where == "title", one.place)):
            if one.verdict is not Verdict.BOILERPLATE:
                self._take(one)

    def _take(self, one: Judged) -> None:
        before = len(self.developments)
        for event in self._of(self.reading.events, one.span):
            self._status(one, event)
        for figure in self._of(self.reading.figures, one.span):
            self._figure(one, figure)
        quoted = self._quotes(one)
        if one.fresh:
            brought = len(self.developments) > before or quoted
            self._correction_or_sentence(one, brought=brought)
        self._echo_nearest(one)

    @staticmethod
    def _of(finds: Sequence[Event] | Sequence[Figure], span: Span) -> list[Any]:
        return [
            find
            for find in finds
            if find.span.where == span.where
            and find.span.start < span.end
            and span.start < find.span.end
        ]

    # ── ledgers ──

    def _ledger(self, key: str) -> tuple[str, list[Step]]:
        key = key.replace(STORY, f"story:{self.story}")
        if key not in self.steps:
            self.steps[key] = list(self.known.steps.get(key, ()))
        return key, self.steps[key]

    def _day(self, stated: date | None = None) -> date:
        """The day that was stated, if it is not yet to come, else that of publication."""
        published = self.article.published
        if isinstance(published, datetime):
            published = published.astimezone(UTC).date()
        today = published or self.now.date()
        return min(stated, today) if stated else today

    def _status(self, one: Judged, event: Event) -> None:
        key, steps = self._ledger(event_ledger(event))
        day = None if event.status in ledger.AHEAD else event.day  # a plan is as old as its telling
        told = ledger.Mention(
            self._may_move(one), self._day(day), self.highest.get(key, 0), self._anew(one, steps)
        )
        move = ledger.status_move(event.status, steps, told)
        last = ledger.current(steps)
        if move is ledger.Move.SAME:
            same = [step for step in steps if step.status == event.status]
            self._echo(one, same[-1].development_id)
        if not move.moves:
            return
        before = last.status if last else None
        if before == event.status:  # told again after a denial
            before = steps[-1].status
        development_id = self._step_id("status", key, before, event.status, steps)
        moves = event.status in ledger.RANK
        step = Step(
            ledger=key, nth=len(steps) and steps[-1].nth + 1, development_id=development_id,
            at=self.now, day=told.day, sentence=one.text, url=self.article.url,
            article_id=self.article.article_id, status=event.status, moves=moves,
        )  # fmt: skip
        self._add_step(step)
        if moves:
            self.highest[key] = max(self.highest.get(key, 0), ledger.RANK[event.status])
        if one.verdict is Verdict.KNOWN and not last:
            return
        self._add(
            one, "status", development_id, says=_spoken(event.status),
            before=before and _spoken(before),
            about=event.event, ledger=key, place=event.place, status_before=before,
            status_now=event.status, sentence_before=last.sentence if last else None,
        )  # fmt: skip

    def _may_move(self, one: Judged) -> bool:
        """Whether a sentence is fresh enough to move a ledger: unsure is, word for word is not."""
        return one.verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.UNSURE)

    def _anew(self, one: Judged, steps: Sequence[Step]) -> bool:
        """Whether the article leads with a sentence that is like none told, the last step's too."""
        if one.verdict is not Verdict.NEW or one.place not in self.sentences.lead_places:
            return False
        if not steps:
            return False
        code, last = self.sentences.code, steps[-1].sentence
        if furniture.correction(one.text, code) == "denies":
            return one.nearest is None or one.nearest.text != last
        return furniture.correction(last, code) == "denies"

    def _figure(self, one: Judged, figure: Figure) -> None:
        key, steps = self._ledger(figure_ledger(figure))
        told = ledger.Mention(
            self._may_move(one) or self._another_number(one, figure),
            self._day(),
            moved_here=any(_kin(step.ledger, key) for step in self.added),
        )
        revised = furniture.speaks_of_revision(one.text, self.sentences.code)
        move = ledger.figure_move(figure, steps, told, revised=revised)
        last = ledger.current(steps)
        if move in (ledger.Move.SAME, ledger.Move.ROUNDED) and last:
            self._echo(one, last.development_id)
        if not move.moves:
            return
        before = last.value if last else None
        development_id = self._step_id("figure", key, before, figure.value, steps)
        self._add_step(
            Step(
                ledger=key,
                nth=len(steps) and steps[-1].nth + 1,
                development_id=development_id,
                at=self.now,
                day=told.day,
                sentence=one.text,
                url=self.article.url,
                article_id=self.article.article_id,
                value=figure.value,
                bound=figure.bound,
            )
        )
        vague = not one.fresh and figure.figure is None
        if not last and (vague or one.verdict is Verdict.KNOWN):
            return  # the first of a ledger that nobody keeps, in a sentence that was nearly told
        self._add(
            one, "figure", development_id,
            says=_counted(figure.value, figure.counts, figure.bound),
            before=last and _counted(last.value or 0.0, figure.counts, last.bound),
            about=figure.figure, ledger=key, place=figure.place, value_before=before,
            value_now=figure.value, value_bound=None if figure.bound == EXACTLY else figure.bound,
            sentence_before=last.sentence if last else None,
        )  # fmt: skip

    @staticmethod
    def _another_number(one: Judged, figure: Figure) -> bool:
        """A sentence taken for known whose nearest telling had another number."""
        if one.verdict is not Verdict.KNOWN or one.nearest is None or one.verbatim:
            return False
        return f"{figure.value:g}" not in tokens(one.nearest.text)

    def _step_id(self, kind: str, key: str, before: object, now: object, steps: list[Step]) -> str:
        """Made of the ledger, the step and which time round; never of the story's articles."""
        nth = sum(1 for step in steps if (step.status or step.value) == now)
        return digest(kind, key, before, now, nth)

    def _add_step(self, step: Step) -> None:
        self.steps[step.ledger].append(step)
        self.added.append(step)

    # ── quotes, corrections, sentences ──

    def _quotes(self, one: Judged) -> bool:
        """Add what is newly quoted, once for each speaker; true if the sentence is a quote's."""
        by_speaker: dict[str, list[Quote]] = {}
        goes_on = False
        for quote in self.reading.quotes:
            if quote.span.where != one.span.where:
                continue
            if one.span.start <= quote.span.start < one.span.end:
                by_speaker.setdefault(quote.speaker.text if quote.speaker else "", []).append(quote)
            elif quote.span.start < one.span.start < quote.span.end:
                goes_on = True
        added = [self._quote(one, quotes) for quotes in by_speaker.values() if one.fresh]
        return goes_on or any(added)

    def _quote(self, one: Judged, quotes: Sequence[Quote]) -> bool:
        """Add what one speaker says in one sentence, if it is long enough and was not told."""
        outer = [
            quote
            for quote in quotes
            if not any(_holds(other.span, quote.span) for other in quotes if other is not quote)
            and len(tokens(quote.text)) >= FEWEST_QUOTED
            and (quote.kind == "direct" or quote.speaker is not None)
        ]
        if not outer or all(q.kind == "direct" and self.sentences.quote_told(q) for q in outer):
            return False
        says = " … ".join(quote.text for quote in outer)
        speaker = next((quote.speaker for quote in quotes if quote.speaker), None)
        self._add(
            one, "quote", digest("quote", normal(says, self.sentences.code)), says=says,
            about=speaker.entity if speaker else None, speaker=speaker.text if speaker else None,
        )  # fmt: skip
        return True

    def _correction_or_sentence(self, one: Judged, *, brought: bool) -> None:
        corrects = furniture.correction(one.text, self.sentences.code)
        nearest = one.nearest
        if corrects == "corrects" or (corrects == "denies" and nearest and one.novelty < 0.9):
            before = nearest.text if nearest else None
            self._add(
                one,
                "correction",
                digest("correction", normal(one.text)),
                says=one.text,
                before=before,
            )
        elif not brought:
            before = nearest.text if nearest and one.verdict is Verdict.CHANGED else None
            self._add(
                one, "sentence", digest("sentence", normal(one.text)), says=one.text, before=before
            )

    # ── keeping count ──

    def _add(self, one: Judged, kind: Kind, development_id: str, **what: Any) -> None:
        self.facts.setdefault(one.place, []).append(development_id)
        if any(found.development_id == development_id for found in self.developments):
            return
        if not one.fresh and one.place not in self.upgraded:
            reason = f"{what.get('before') or 'nothing'} before, {what['says']} now"
            self.upgraded[one.place] = one._replace(verdict=Verdict.CHANGED, reason=reason)
        verdict = self.upgraded.get(one.place, one).verdict
        self.developments.append(
            Development(
                development_id=development_id,
                kind=kind,
                article_id=self.article.article_id,
                url=self.article.url,
                story=self.story,
                span=one.span,
                sentence=one.text,
                verdict=verdict,
                origin=self.origin_of(one),
                first_seen=self.now,
                **what,
            )
        )

    def origin_of(self, one: Judged) -> str:
        """Who first wrote a sentence: copied, its origin; else the agency that it credits."""
        if one.verbatim and one.nearest is not None:
            return one.nearest.origin
        return passage_origin(one.text, self.sentences.code) or self.origin

    def _echo_nearest(self, one: Judged) -> None:
        """Carry on what a told sentence brought, if this one says it, or hardly more than it."""
        near = one.verdict is Verdict.UNSURE and one.novelty < novelty.NEW
        if (near or one.verdict is Verdict.KNOWN) and one.nearest is not None:
            for development_id in one.nearest.facts.split():
                self._echo(one, development_id)

    def _echo(self, one: Judged, development_id: str) -> None:
        self.facts.setdefault(one.place, []).append(development_id)
        if development_id in self.echoes:
            return
        self.echoes[development_id] = Echo(
            development_id=development_id,
            article_id=self.article.article_id,
            publisher=self.article.publisher,
            origin=self.origin_of(one),
        )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and outer != inner


def _kin(one: str, other: str) -> bool:
    """Whether two ledgers are of one figure of the desk, here and there, or the same."""
    return one == other or (
        one.count("|") == 2 and one.rpartition("|")[0] == other.rpartition("|")[0]
    )


def _spoken(status: str) -> str:
    return status.replace("_", " ")


def _counted(value: float, counts: str, bound: str | None) -> str:
    """“41 killed”, “at least 41 killed”."""
    number = f"{int(value):,}" if float(value).is_integer() else f"{value:,}"
    return f"{number} {counts}" if bound in (None, EXACTLY) else f"{bound} {number} {counts}"
