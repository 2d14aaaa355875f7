"""What was judged over the last days, as it was or as another vocabulary would have it.

A stored judgement is taken as it stands. Read and compared anew is only what a changed vocabulary
touches, and what was judged before judgements were kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wirewatch.desk.judge import known_share
from wirewatch.desk.touched import Changes, merged
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Development, Judgement, Reading, Rule, Vocabulary
from wirewatch.store import Store, articles, judgements, open_store, told
from wirewatch.store.judgements import Kept
from wirewatch.stories import ask, judge

_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One judgement at its time, with who carried it; the article comes when it is asked for."""

    past: "Past"
    kept: Kept | None
    stored: articles.Stored | None
    touched: bool
    judgement: Judgement
    finds: frozenset[str]
    title: str
    now: datetime
    silent: bool
    share: float
    article_id: str
    publisher: str | None
    credit: str | None

    def opened(self) -> tuple[Article, Reading, Judgement] | None:
        """The article, its reading and judgement; None if its text is not kept any more."""
        return self.past.open(self)


class Past:
    """The judgements of a store since `first`, in their order. Use it in a `with`."""

    def __init__(
        self,
        store: Store,
        vocabulary: Vocabulary,
        rules: Sequence[Rule],
        first: datetime,
        window: timedelta,
    ) -> None:
        self._store, self._vocabulary, self._rules = store, vocabulary, rules
        self._first, self._window = first, window
        self._memory = open_store("sqlite://")  # of what is compared anew
        self._changes: dict[str, Changes | None] = {}
        self._tagger: Tagger | None = None
        self._ready: dict[str, articles.Stored] = {}
        self.read_anew = 0
        with store.read() as connection:
            self._from = judgements.first_sequence(connection)
            many, self._before_kept = judgements.span_since(connection, first)
            older, self._before_older = judgements.span_older(connection, first, self._from)
            self.of = many + older

    def __enter__(self) -> "Past":
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.close()

    def cases(self) -> Iterator[list[Case]]:
        """All cases, a part at a time: history may be long."""
        after = self._before_older
        while True:
            with self._store.read() as connection:
                part = judgements.older(connection, self._first, self._from, 25, after=after)
            if not part:
                break
            yield [self._judged_anew(one) for one in part]
            after = part[-1].sequence
        after = self._before_kept
        while True:
            with self._store.read() as connection:
                kept = judgements.since(connection, self._first, _AT_ONCE, after=after)
                touched = self._touched(connection, kept)
            if not kept:
                break
            yield [self._case(one, touched=one.sequence in touched) for one in kept]
            after = kept[-1].sequence

    def get_ready(self, cases: Iterable[Case]) -> None:
        """Fetch the articles of these cases together: they are about to be opened."""
        ids = [case.article_id for case in cases if case.stored is None]
        with self._store.read() as connection:
            self._ready = articles.get_many(connection, ids)

    def open(self, case: Case) -> tuple[Article, Reading, Judgement] | None:
        """See `Case.opened`."""
        if case.stored is not None:
            return case.stored.article, case.stored.reading, case.judgement
        kept = case.kept
        if kept is None:
            return None
        article, reading = self._article(kept)
        if article is None:
            return None
        if reading is None or (case.touched and not self._is_now(reading)):
            reading = self._read(article)
        judgement = case.judgement
        if articles.content_hash(article) != kept.content_hash:
            judgement = _anchored(judgement, article)
        if case.touched:
            changes = self._changes[kept.vocabulary]
            fresh = self._compare(article, reading, kept.at)
            judgement = merged(kept, fresh, reading, changes) if changes else fresh
        return article, reading, judgement

    # ── What is touched ───────────────────────────────────────────────────────────────────────

    def _touched(self, connection: Connection, some: Sequence[Kept]) -> set[int]:
        """The places of those that a changed vocabulary may touch."""
        strange = {one.vocabulary for one in some} - self._changes.keys()
        strange.discard(self._vocabulary.version)
        if strange:
            known = judgements.vocabularies(connection, strange)
            for version in strange:
                before = known.get(version)
                self._changes[version] = (
                    Changes(before, self._vocabulary, self._rules) if before else None
                )
        asked = [one for one in some if self._is_changed(one)]
        texts = judgements.texts(connection, (one.article_id for one in asked))
        found = set()
        for one in asked:
            changes = self._changes[one.vocabulary]
            if changes is None or changes.may_touch(one, texts.get(one.article_id, "")):
                found.add(one.sequence)
        return found

    def _is_changed(self, kept: Kept) -> bool:
        if kept.vocabulary == self._vocabulary.version:
            return False
        changes = self._changes[kept.vocabulary]
        return changes is None or bool(changes)

    # ── Reading and comparing anew ────────────────────────────────────────────────────────────

    def _case(self, kept: Kept, *, touched: bool) -> Case:
        return Case(
            past=self,
            kept=kept,
            stored=None,
            touched=touched,
            judgement=kept.judgement,
            finds=kept.finds,
            title=kept.title,
            now=kept.at,
            silent=kept.silent,
            share=kept.known_share,
            article_id=kept.article_id,
            publisher=kept.publisher,
            credit=kept.credit,
        )

    def _judged_anew(self, stored: articles.Stored) -> Case:
        """A case of an article whose judgement was not kept."""
        article, now = stored.article, stored.judged_at or stored.article.arrived
        if now is None:  # pragma: no cover - the store asks for both
            raise ValueError(f"{article.url} was never judged")
        reading = stored.reading if self._is_now(stored.reading) else self._read(article)
        judgement = self._compare(article, reading, now)
        return Case(
            past=self,
            kept=None,
            stored=replace(stored, reading=reading),
            touched=True,
            judgement=judgement,
            finds=frozenset(),
            title=article.title,
            now=now,
            silent=stored.silent,
            share=known_share(judgement),
            article_id=article.article_id,
            publisher=article.publisher,
            credit=article.credit,
        )

    def _article(self, kept: Kept) -> tuple[Article | None, Reading | None]:
        if kept.is_now:
            stored = self._ready.get(kept.article_id)
            if stored is None:
                with self._store.read() as connection:
                    stored = articles.get(connection, kept.article_id)
            return (stored.article, stored.reading) if stored else (None, None)
        with self._store.read() as connection:
            return judgements.version_of(connection, kept), None

    def _is_now(self, reading: Reading) -> bool:
        return judgements.vocabulary_of(reading) == self._vocabulary.version

    def _read(self, article: Article) -> Reading:
        if self._tagger is None:
            self._tagger = Tagger(self._vocabulary)
        self.read_anew += 1
        return self._tagger.read(article)

    def _compare(self, article: Article, reading: Reading, now: datetime) -> Judgement:
        asked = ask(article, reading)
        with self._memory.begin() as connection:
            known = told.recall(connection, asked, now, self._window)
            judgement, remember = judge(article, reading, asked, known, now, self._window)
            told.remember(connection, remember)
        return judgement


def _anchored(judgement: Judgement, article: Article) -> Judgement:
    """The developments where they stand in a text that was extracted better since.

    A sentence that is no part of the better text was no news either.
    """
    found = []
    for one in judgement.developments:
        moved = _moved(one, article)
        if moved is not None:
            found.append(moved)
    return replace(judgement, developments=tuple(found))


def _moved(one: Development, article: Article) -> Development | None:
    whole = article.title if one.span.where == "title" else article.text
    if whole[one.span.start : one.span.end] == one.sentence:
        return one
    start = whole.find(one.sentence)
    if start < 0:
        return None
    return replace(one, span=replace(one.span, start=start, end=start + len(one.sentence)))
