"""Where do I change a sentence's verdict? The order of the tests, from told to new.

Furniture first; then exactly what was told, a repeated quote, a template; then what the nearest
told sentences leave uncovered; then, close to a told one, whether a fact changed. The title comes
last: one that says what the text says is no second piece of news.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from wirewatch.records import Article, Quote, Reading, Span, Told, Verdict
from wirewatch.stories import novelty
from wirewatch.stories.alike import tables
from wirewatch.stories.asking import figure_ledger, without_dateline
from wirewatch.stories.beside import Beside
from wirewatch.stories.changed import CHANGED, MAYBE
from wirewatch.stories.furniture import why_background, why_furniture
from wirewatch.stories.language import language
from wirewatch.stories.ledger import cannot_fall, current, rounds
from wirewatch.stories.memory import STORY, Ask, AskedSentence, Known, ToldSentence
from wirewatch.stories.words import general_weights, is_number, stem, tokens

BOILERPLATE = Verdict.BOILERPLATE
TEMPLATE_DAYS = 2  # told that often with other figures, a line is a template
FURNITURE_DAYS = 3
SAID_HERE = 0.35
VERBATIM = 0.3
FEWEST_QUOTED = 4
QUOTE_COVERED = 0.25
SHORT = 14  # words
ALIGNED, ALIGNED_NAMES, ALIGNED_FAR = 0.6, 0.7, 0.9  # where a name is new, where a short one is far
FAR = 0.7
SOFT = 0.05
RECAP, RECAP_ONE = 0.25, 0.45
ELSEWHERE = frozenset({"new deed", "name conflict", "new figure"})  # another sentence may have it
RECAPPED = "put together from what was told"
SHARED = 0.25
ALONE = 0.5  # so little may one sentence of another story leave uncovered, to count as one of this
ALIGNED_APART = 0.8
HEAVY = 18.0  # what so many words weigh that several are seldom
FLASH = 60  # words
_OPENING, _CLOSING = ('"', "“", "«"), ('"', "”", "»")
SHARED_BY_SHORT, SHARED_BY_LONG = 0.9, 0.7
SHARED_BY_WHO = 0.8  # of a long one all whose figures and names were told


class Judged(NamedTuple):
    """A sentence with its verdict; `nearest` is the told sentence that it was compared with.

    `verbatim` says that it was copied from there; `same_as` is a sentence of the same article
    (by place) that says the same.
    """

    place: int
    span: Span
    text: str
    verdict: Verdict
    novelty: float
    reason: str
    nearest: ToldSentence | None = None
    verbatim: bool = False
    same_as: int | None = None

    @property
    def fresh(self) -> bool:
        """Whether it tells something."""
        return self.verdict in (Verdict.NEW, Verdict.CHANGED)


class Sentences:
    """Judges an article's sentences against what was told, and against one another."""

    def __init__(
        self,
        article: Article,
        reading: Reading,
        ask: Ask,
        known: Known,
        now: datetime,
        window: timedelta,
        story_id: str = "",
        kin: frozenset[str] = frozenset(),
    ) -> None:
        self.article, self.reading, self.ask, self.known = article, reading, ask, known
        self.now, self.window = now, window
        self.code, self.story_id, self.kin = ask.language, story_id, kin
        self.weights = novelty.weights_in(story_id, self.code, known)
        self.by_key = known.by_key
        self.by_hash: dict[int, ToldSentence] = {}
        self.by_mask: dict[int, list[ToldSentence]] = {}
        for told in known.sentences.values():
            self.by_hash.setdefault(told.hash, told)
            self.by_mask.setdefault(told.mask, []).append(told)
        self.leads = [
            number
            for number in self.by_key.get(novelty.lead_key(story_id), ())
            if number in known.sentences
        ][-novelty.COMPARED :]
        self.lead_places = frozenset(lead_places(reading))
        self._ready: dict[int, novelty.Told] = {}
        self.here: list[novelty.Told] = []

    def judge(self) -> list[Judged]:
        """The verdicts in the order of the sentences; titles are judged after the text."""
        places = range(len(self.reading.sentences))
        in_text = [place for place in places if self.reading.sentences[place].where == "text"]
        in_title = [place for place in places if self.reading.sentences[place].where == "title"]
        judged = {place: self._one(place) for place in in_text + in_title}
        told = [judged[place] for place in in_text if judged[place].verdict is not BOILERPLATE]
        if told and not any(one.fresh for one in told):
            for place in in_title:
                judged[place] = _over_told_text(judged[place])
        return [judged[place] for place in places]

    def _one(self, place: int) -> Judged:
        span, asked = self.reading.sentences[place], self.ask.sentences[place]
        text = without_dateline(self.article, span)
        judged = Judged(place, span, text, Verdict.NEW, 1.0, "nothing like it was told")
        length = len(asked.tokens)
        if (why := why_furniture(self.article, span, text, length, self.code)) is not None:
            return judged._replace(verdict=BOILERPLATE, novelty=0.0, reason=why)
        judged = self._against_told(judged, asked)
        if judged.verdict is not BOILERPLATE:
            judged = self._against_here(judged, asked)
            self.here.append(novelty.Told(place, asked.stems))
        return judged

    def _against_told(self, judged: Judged, asked: AskedSentence) -> Judged:
        told = self.by_hash.get(asked.hash)
        if told is not None:
            often = told.days > FURNITURE_DAYS
            return judged._replace(
                verdict=BOILERPLATE if often else Verdict.KNOWN,
                novelty=0.0,
                nearest=told,
                verbatim=True,
                reason=f"told on {told.days} days" if often else "told before, word for word",
            )
        if (template := self._template(judged, asked)) is not None:
            return template
        numbers = set(self._kept(self.known.near[judged.place]))
        if judged.place in self.lead_places:
            numbers.update(self.leads)
        near, apart = self._candidates(asked, numbers)
        found = novelty.cover(asked, [self._made_ready(number) for number in near], self.weights)
        judged = judged._replace(
            novelty=novelty.novelty(found),
            nearest=None if found.best is None else self.known.sentences.get(found.best),
            verbatim=found.shingle <= VERBATIM and found.one <= VERBATIM,
        )
        return self._weigh(judged, asked, found, near, apart)

    def _candidates(
        self, asked: AskedSentence, numbers: Iterable[int]
    ) -> tuple[list[int], int | None]:
        """What a sentence is compared with, the latest first; and the nearest of what is left out.

        Sentences of its story, then those of others that alone are near: what two stories have in
        common by chance must not count together. One of another story must share several seldom
        words, and a name where the article is not like its story: “one of the dead had been counted
        twice” is said of many things. A flash is too short for its story to be known.
        """
        told, latest = self.known.sentences, sorted(numbers, reverse=True)
        own = [n for n in latest if told[n].story == self.story_id]
        names = [f" {stem(name)} " for name in asked.upper]
        flash = self.ask.size < FLASH
        others = [
            n
            for n in latest
            if told[n].story != self.story_id
            and (
                flash
                or told[n].story in self.kin
                or any(map(f" {told[n].stems} ".__contains__, names))
            )
        ]
        if not others:
            return own, None
        left = novelty.left_by(asked, [self._made_ready(n) for n in others], self.weights)
        near = [
            n
            for n, (share, weight) in zip(others, left, strict=True)
            if share <= ALONE and (flash or weight >= HEAVY)
        ]
        far = [
            (share, -n)
            for n, (share, _) in zip(others, left, strict=True)
            if flash and ALONE < share <= SHARED_BY_SHORT
        ]
        return own + near, -min(far)[1] if far else None

    def _kept(self, numbers: Sequence[int]) -> list[int]:
        """Those of the told sentences that are in the window."""
        return [number for number in numbers if number in self.known.sentences]

    def _made_ready(self, number: int) -> novelty.Told:
        if number not in self._ready:
            self._ready[number] = novelty.Told(number, self.known.sentences[number].stems)
        return self._ready[number]

    def _template(self, judged: Judged, asked: AskedSentence) -> Judged | None:
        """A line told on other days with other figures, where no ledger is kept of them."""
        alike = self.by_mask.get(asked.mask, ())
        if not alike or self._has_figure(judged.span):
            return None
        days = {told.first_day for told in alike}
        if len(days) < TEMPLATE_DAYS:
            return None
        nearest = max(alike, key=lambda told: told.number)
        reason = f"a template: told on {len(days)} days with other figures"
        return judged._replace(verdict=BOILERPLATE, novelty=0.1, nearest=nearest, reason=reason)

    def _has_figure(self, span: Span) -> bool:
        return any(figure.span == span for figure in self.reading.figures)

    def _has_count(self, span: Span) -> bool:
        return any(_inside(figure.span, span) for figure in self.reading.figures)

    def _weigh(
        self,
        judged: Judged,
        asked: AskedSentence,
        found: novelty.Cover,
        near: Sequence[int],
        apart: int | None,
    ) -> Judged:
        if self._only_repeats_quote(judged, near):
            return judged._replace(verdict=Verdict.KNOWN, reason="a quote told before")
        numbers = self._numbers_told(judged.span, asked, near, found.nearest)
        digits = {word for word in asked.stems if is_number(word)}
        if found.numbers and numbers.issuperset(map(_value, digits)):
            asked = replace(asked, stems=tuple(w for w in asked.stems if w not in digits))
            found = novelty.cover(asked, [self._made_ready(n) for n in near], self.weights)
            judged = judged._replace(novelty=novelty.novelty(found))
        if judged.novelty < novelty.NEW:
            return self._changed_or_known(judged, found, numbers)
        if self._may_be_restated(asked, found):
            restated = self._restated(judged, asked, found, numbers)
            if restated is not None:
                return restated
        if apart is not None and (told := self._told_apart(judged, asked, apart)) is not None:
            return told
        background = self._background(judged)
        if background is not None:
            return judged._replace(verdict=Verdict.KNOWN, reason=background)
        recap = found.two <= RECAP and found.one <= RECAP_ONE
        if recap and not found.numbers and not found.names:
            return judged._replace(verdict=Verdict.UNSURE, reason=RECAPPED)
        return judged._replace(reason=_why_new(found))

    def _changed_or_known(
        self, judged: Judged, found: novelty.Cover, numbers: frozenset[float]
    ) -> Judged:
        """The verdict close to told sentences: another fact than all of them, or other words.

        A long sentence, or one that differs by little, needs hard evidence to be a changed one.
        """
        beside = self._beside(judged, found, numbers)
        least = beside.least_changed()
        if least is None:
            return judged._replace(verdict=Verdict.KNOWN, reason="told before in like words")
        change, _, nearest = least
        judged = judged._replace(nearest=nearest)
        if change.likelihood >= CHANGED and change.kinds <= ELSEWHERE and beside.together:
            return judged._replace(verdict=Verdict.UNSURE, reason=RECAPPED)
        leads = judged.place in self.lead_places  # below it stands what came before
        short = len(tokens(judged.text, self.code)) <= SHORT
        soft = leads and short and judged.novelty >= SOFT and tables(self.code).filled
        if change.likelihood >= CHANGED and (change.evidence or soft):
            reason = "; ".join(change.evidence) or "a word that says something else"
            return judged._replace(verdict=Verdict.CHANGED, reason=reason)
        if change.likelihood >= MAYBE:
            return judged._replace(verdict=Verdict.UNSURE, reason="close to what was told")
        return judged._replace(verdict=Verdict.KNOWN, reason="told before in like words")

    def _numbers_told(
        self, span: Span, asked: AskedSentence, near: Sequence[int], nearest: Sequence[int]
    ) -> frozenset[float]:
        """The figures of a sentence that its ledgers have, or else a told sentence like it."""
        found: set[float] = set()
        other: set[float] = set()
        for figure in self.reading.figures:
            if figure.span.where == span.where and _inside(figure.span, span):
                key = figure_ledger(figure).replace(STORY, f"story:{self.story_id}")
                last = current(self.known.steps.get(key, ()))
                if last is None or last.value is None:
                    continue
                if figure.value == last.value or rounds(figure, last.value):
                    found.add(figure.value)
                elif figure.value > last.value or not cannot_fall(figure):
                    other.add(figure.value)
        digits = {word for word in asked.stems if is_number(word)}
        if digits:
            whole = sum(self.weights(word) for word in set(asked.stems))
            for number in near:
                stems = self._made_ready(number).stems
                shared = sum(self.weights(word) for word in stems.intersection(asked.stems))
                if number in nearest or shared >= SHARED * whole:
                    found |= set(map(_value, digits & stems)) - other
        return frozenset(found)

    def _beside(self, judged: Judged, found: novelty.Cover, numbers: frozenset[float]) -> Beside:
        """The sentence beside the nearest told ones, two to four."""
        nearest = [
            told
            for number in found.nearest
            if (told := self.known.sentences.get(number)) is not None
        ]
        return Beside(judged.text, nearest, self.code, numbers)

    @staticmethod
    def _may_be_restated(asked: AskedSentence, found: novelty.Cover) -> bool:
        """Comparing costs: only where a told sentence has a good part of the words."""
        short = len(asked.tokens) <= SHORT
        if not short and not found.numbers and not found.names:
            return found.one <= SHARED_BY_WHO
        return found.one <= (SHARED_BY_SHORT if short else SHARED_BY_LONG)

    def _restated(
        self,
        judged: Judged,
        asked: AskedSentence,
        found: novelty.Cover,
        numbers: frozenset[float],
    ) -> Judged | None:
        """Far in its words, and yet each of them says what a told sentence says."""
        least = ALIGNED_NAMES if found.names else ALIGNED
        if len(asked.tokens) <= SHORT and found.one > FAR and self._has_count(judged.span):
            least = ALIGNED_FAR
        if _is_quote(judged.text):  # what somebody says is news by its words
            least = ALIGNED_FAR
        beside = self._beside(judged, found, numbers)
        if not beside.within_reach(least) or (beside.share < least and not beside.together):
            return None
        likest = beside.least_changed()
        if likest is None:
            return None
        change, both, nearest = likest
        if both.share >= least:
            judged = judged._replace(nearest=nearest)
            if change.likelihood < MAYBE:
                return judged._replace(verdict=Verdict.KNOWN, reason="told before in other words")
            if change.likelihood < CHANGED:
                if nearest.story != self.story_id:
                    return None  # a doubt about another story is none
                return judged._replace(verdict=Verdict.UNSURE, reason="close to what was told")
            if change.evidence:
                reason = "; ".join(change.evidence)
                return judged._replace(verdict=Verdict.CHANGED, reason=reason)
        if change.kinds <= ELSEWHERE and beside.together:
            return judged._replace(verdict=Verdict.UNSURE, reason=RECAPPED)
        return None

    def _told_apart(self, judged: Judged, asked: AskedSentence, apart: int) -> Judged | None:
        """Nearly every word of it says what one sentence of another story says."""
        found = novelty.cover(asked, [self._made_ready(apart)], self.weights)
        if not self._may_be_restated(asked, found):
            return None
        beside = self._beside(judged, found, frozenset())
        if not beside.within_reach(ALIGNED_APART) or beside.share < ALIGNED_APART:
            return None
        likest = beside.least_changed()
        if likest is None or likest[0].likelihood >= MAYBE:
            return None
        reason = "told before in other words"
        return judged._replace(nearest=likest[2], verdict=Verdict.KNOWN, reason=reason)

    def _background(self, judged: Judged) -> str | None:
        """Why a sentence only tells the past; one with a fresh fact never does."""
        if any(
            quote.span.start >= judged.span.start
            and quote.span.end <= judged.span.end
            and quote.span.where == judged.span.where
            for quote in self.reading.quotes
        ):
            return None
        if self._has_figure(judged.span):
            return None
        dates = [found for found in self.reading.dates if _inside(found.span, judged.span)]
        return why_background(judged.text, dates, self.now.date(), self.window, self.code)

    def _only_repeats_quote(self, judged: Judged, near: Sequence[int]) -> bool:
        """All its longer quotes were told, and around them stands little but who said it."""
        quotes = [
            quote
            for quote in self.reading.quotes
            if quote.kind == "direct" and _inside(quote.span, judged.span)
        ]
        if not quotes or not all(self.quote_told(quote, near) for quote in quotes):
            return False
        short = all(len(tokens(quote.text)) < FEWEST_QUOTED for quote in quotes)
        rest = judged.text
        for quote in quotes:
            rest = rest.replace(quote.text, " ")
        says = language(self.code).says
        speakers = {
            word for quote in quotes if quote.speaker for word in tokens(quote.speaker.text)
        }
        left = [
            word
            for word in tokens(rest, self.code)
            if self.weights(stem(word)) >= novelty.LIGHTEST and word not in says | speakers
        ]
        if short:  # two words between quotation marks may be said of anything
            told = frozenset().union(*(self._made_ready(number).stems for number in near))
            return all(stem(word) in told for word in left)
        return len(left) <= 4

    def quote_told(self, quote: Quote, near: Sequence[int] | None = None) -> bool:
        """Whether a told sentence holds nearly all three-word runs of a quote."""
        stems = tuple(stem(word) for word in tokens(quote.text, self.code))
        mine = novelty.runs(stems)
        if near is None:
            asked = AskedSentence(hash=0, mask=0, tokens=(), stems=stems, upper=frozenset())
            keys = novelty.keys(asked, general_weights(self.code) or self.weights)
            near, _ = self._candidates(asked, self._kept(novelty.nearest(keys, self.by_key)))
        if len(stems) < 3:
            short = f" {' '.join(stems)} "
            return any(short in f" {self.known.sentences[number].stems} " for number in near)
        told = frozenset().union(*(self._made_ready(number).runs for number in near))
        return bool(mine) and len(mine - told) <= QUOTE_COVERED * len(mine)

    def _against_here(self, judged: Judged, asked: AskedSentence) -> Judged:
        """A title that the text covers, or a sentence that says once more what stands above."""
        if not judged.fresh or not self.here:
            return judged
        is_title = judged.span.where == "title"
        stems = frozenset(asked.stems)
        least = 0 if is_title else 0.6 * len(stems)
        alike = [told for told in self.here if len(told.stems & stems) >= least]
        if not alike:
            return judged
        found = novelty.cover(asked, alike, self.weights)
        covered = found.one <= 0.45 or found.two <= 0.3 if is_title else found.one <= 0.15
        if not covered or found.best is None or (not is_title and found.shingle > SAID_HERE):
            return judged
        reason = "the text says it" if is_title else "said above"
        return judged._replace(
                verdict=Verdict.KNOWN, novelty=min(judged.novelty, found.one),
            nearest=None, reason=reason, same_as=found.best,
        )  # fmt: skip


def _is_quote(text: str) -> bool:
    """Whether a sentence is nothing but what somebody said."""
    return text.startswith(_OPENING) and text.rstrip(".,!?").endswith(_CLOSING)


def lead_places(reading: Reading) -> list[int]:
    """Where title and first sentences stand: what papers reword most."""
    places = range(len(reading.sentences))
    return [
        *(place for place in places if reading.sentences[place].where == "title"),
        *[place for place in places if reading.sentences[place].where == "text"][
            : novelty.LEAD - 1
        ],
    ]


def _over_told_text(title: Judged) -> Judged:
    """A title over a text that brings nothing is other wording: it stays visible, and no more."""
    if not title.fresh:
        return title
    return title._replace(verdict=Verdict.UNSURE, reason="new wording over a text that was told")


def shown(judged: Judged, article: Article, all_: Sequence[Judged]) -> Told | None:
    """What a verdict is shown beside: the told sentence, or the one of this article."""
    if judged.nearest is not None:
        return Told(url=judged.nearest.url, text=judged.nearest.text)
    if judged.same_as is not None:
        return Told(url=article.url, text=all_[judged.same_as].text)
    return None


def _value(word: str) -> float:
    """What a token in digits is worth; 0 for one that is no plain number (“24th”)."""
    try:
        return float(word)
    except ValueError:
        return 0.0


def _inside(inner: Span, outer: Span) -> bool:
    return inner.where == outer.where and outer.start <= inner.start and inner.end <= outer.end


def _why_new(found: novelty.Cover) -> str:
    if found.best is None:
        return "nothing like it was told"
    return f"{round(100 * found.two)} % of it was not told"
