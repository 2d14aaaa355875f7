"""What a page shows of an article: its text with all finds, what was new, what rules said."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from sqlalchemy import Connection, select

from wirewatch.desk.finds import Find, finds
from wirewatch.records import Alert, Article, Reading, Verdict, Where, Why
from wirewatch.store import Store, articles, judgements
from wirewatch.store import rules as rule_store
from wirewatch.store.codec import load
from wirewatch.store.outbox_tables import ALERT
from wirewatch.store.rules import GOOD_ITEM

MOST_RULES = 500
_VERDICTS: Mapping[str, Verdict] = {letter: each for each, letter in judgements.LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text inside the same finds: their numbers, and those that begin here."""

    text: str
    finds: tuple[int, ...]
    begins: tuple[int, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Told:
    """One alert that the article made."""

    alert_id: str
    rule_id: str
    headline: str
    held: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article with all that is known of it.

    `title` and `paragraphs` are its words cut into pieces, `finds` what the pieces' numbers mean.
    `whys` are the decisions by rule, `rules` the ids of all rules.
    """

    article: Article
    title: Sequence[Piece]
    paragraphs: Sequence[Sequence[Piece]]
    finds: Sequence[Find]
    versions: int
    silent: bool
    is_judged: bool
    judged: judgements.Kept | None
    copy_of: str | None
    whys: Mapping[str, Sequence[Why]]
    rules: Sequence[str]
    told: Sequence[Told]


def article(store: Store, article_id: str) -> ShownArticle | None:
    """The article with this id or address, None if there is none."""
    with store.read() as connection:
        stored = articles.get(connection, article_id)
        if stored is None:
            return None
        own_id = stored.article.article_id
        judged = judgements.get(connection, own_id)
        whys = rule_store.whys(connection, own_id)
        told = _told(connection, own_id)
        rules = _rules(connection)
        copied = judged.judgement.copy_of if judged else None
        original = articles.get(connection, copied) if copied else None
    found = finds(stored.article, stored.reading)
    letters = judged.verdicts if judged and judged.is_now else ""
    pieces = _Cut(stored.article, stored.reading, found, letters)
    return ShownArticle(
        article=stored.article,
        title=next(iter(pieces.lines("title")), ()),
        paragraphs=list(pieces.lines("text")),
        finds=found,
        versions=stored.version,
        silent=stored.silent,
        is_judged=stored.judged_at is not None,
        judged=judged,
        copy_of=original.article.article_id if original else None,
        whys={
            rule: list(each)
            for rule, each in groupby(sorted(whys, key=_by_rule), key=lambda one: one.rule_id)
        },
        rules=rules,
        told=told,
    )


def cut(
    article: Article, reading: Reading, found: Sequence[Find]
) -> tuple[Sequence[Piece], list[list[Piece]]]:
    """Title and paragraphs of any article, cut into pieces by its finds."""
    pieces = _Cut(article, reading, found, "")
    return next(iter(pieces.lines("title")), ()), list(pieces.lines("text"))


def _by_rule(why: Why) -> str:
    return why.rule_id


class _Cut:
    """Title and text, cut wherever a find or a sentence begins or ends."""

    def __init__(
        self, article: Article, reading: Reading, found: Sequence[Find], letters: str
    ) -> None:
        self._article, self._found = article, found
        spans = reading.sentences if len(letters) == len(reading.sentences) else ()
        self._verdicts = list(zip(spans, map(_VERDICTS.get, letters), strict=False))

    def lines(self, where: Where) -> Iterator[list[Piece]]:
        """The pieces of each line that is not empty."""
        text: str = getattr(self._article, where)
        pieces = self._pieces(where, text)
        for empty, line in groupby(pieces, key=lambda piece: piece.text == "\n"):
            if not empty:
                yield list(line)

    def _pieces(self, where: Where, text: str) -> Iterator[Piece]:
        """All pieces in order; a line's end is a piece of its own. One walk over the text."""
        marks = [(n, one) for n, one in enumerate(self._found) if one.where == where]
        verdicts = [pair for pair in self._verdicts if pair[0].where == where]
        cuts = {at for _, one in marks for at in (one.start, one.end)}
        cuts |= {at for span, _ in verdicts for at in (span.start, span.end)}
        cuts |= {at for end in _line_ends(text) for at in (end, end + 1)}
        places = sorted(at for at in cuts | {0, len(text)} if at <= len(text))
        waiting, open_marks, said = deque(marks), list[tuple[int, Find]](), deque(verdicts)
        for low, high in pairwise(places):
            open_marks = [pair for pair in open_marks if pair[1].end > low]
            begins = []
            while waiting and waiting[0][1].start <= low:
                begins.append(waiting[0][0])
                open_marks.append(waiting.popleft())
            while said and said[0][0].end <= low:
                said.popleft()
            yield Piece(
                text=text[low:high],
                finds=tuple(n for n, _ in open_marks),
                begins=tuple(begins),
                verdict=said[0][1] if said and said[0][0].start <= low else None,
            )


def _line_ends(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at
        at = text.find("\n", at + 1)


def _told(connection: Connection, article_id: str) -> list[Told]:
    query = select(ALERT.c.record).where(ALERT.c.article_id == article_id).order_by(ALERT.c.at)
    made = [load(Alert, text) for text in connection.execute(query.limit(100)).scalars()]
    return [Told(one.alert_id, one.rule_id, one.headline, one.held) for one in made]


def _rules(connection: Connection) -> list[str]:
    """The ids of the live rules."""
    query = select(GOOD_ITEM.c.item_id).where(GOOD_ITEM.c.kind == "rules")
    return list(connection.execute(query.order_by(GOOD_ITEM.c.item_id).limit(MOST_RULES)).scalars())
