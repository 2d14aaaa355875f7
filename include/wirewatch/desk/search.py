"""Search as people type it: words, “phrases”, begun words*, -without; and by entity or event."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from wirewatch.records import Article
from wirewatch.store import Store, codec
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.rules import GOOD_ITEM
from wirewatch.store.search import (
    ARTICLES,
    SEARCH,
    Wanted,
    ask_the_index,
    key,
    matches,
    placed,
    terms,
)
from wirewatch.text import fold

PAGE = 50  # how many are shown at once
SHORTEST_BEGUN = 3  # letters; thousands of words begin with the same two, and each is looked up
ABOUT = ("entities", "events")  # what an article can be about
_NAMESAKES = 200  # looked through for a name that was typed
_PIECE = re.compile(r'(?P<without>-)?(?:["“„](?P<phrase>[^"“”„]*)["”“]?|(?P<word>\S+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for. All that is set must hold.

    `words` is as they typed it, `about` an entity or event: its id, its name or another spelling.
    """

    words: str = ""
    about: str = ""
    publisher: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text, and whether it is what was looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found: its title and some of its text, in pieces."""

    article_id: str
    url: str
    publisher: str | None
    published: datetime | date | None
    arrived: datetime
    title: Sequence[Piece]
    snippet: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits, newest first; `older` is what to ask with for the next ones, None at the end."""

    hits: Sequence[Hit]
    older: int | None = None


def id_of(connection: Connection, typed: str) -> str:
    """The id of the entity or event that was typed by its id, name or another spelling.

    What names nothing comes back as it is: it may be an id that the vocabulary has no more.
    """
    kept, text = GOOD_ITEM.c, typed.strip()
    if not text:
        return ""
    own = select(kept.item_id).where(kept.kind.in_(ABOUT), kept.item_id == text).limit(1)
    if connection.execute(own).first() is not None:  # as links have it: no record is looked into
        return text
    quoted = json.dumps(text, ensure_ascii=False)  # as a record has the whole spelling
    held = kept.record.icontains(quoted, autoescape=True)
    query = select(kept.item_id, kept.record).where(kept.kind.in_(ABOUT), held)
    named: dict[str, str] = {}
    for own_id, record in connection.execute(query.order_by(kept.item_id).limit(_NAMESAKES)):
        one = json.loads(record)
        for spelling in (*one.get("also", ()), one.get("name"), one.get("about"), own_id):
            named.setdefault(fold(str(spelling)), own_id)
    return named.get(fold(text), text)


def is_listed(connection: Connection, typed: str) -> bool:
    """Whether this is an entity or event of the vocabulary, by id, name or other spelling."""
    kept = GOOD_ITEM.c
    query = select(kept.item_id).where(
        kept.kind.in_(ABOUT), kept.item_id == id_of(connection, typed)
    )
    return connection.execute(query.limit(1)).first() is not None


def parsed(typed: str) -> list[Wanted]:
    """What is wanted, from what was typed; letters that are no words are passed over."""
    found = []
    for piece in _PIECE.finditer(typed):
        given = piece["phrase"] if piece["phrase"] is not None else piece["word"]
        own = tuple(terms(given))
        if own:
            begun = piece["word"] is not None and given.endswith("*")
            begun = begun and len(own[-1]) >= SHORTEST_BEGUN
            found.append(Wanted(own, begun=begun, without=bool(piece["without"])))
    return found


def wanted(asked: Asked, kind: str) -> list[Wanted]:
    """All that the index is asked for; `kind` is ARTICLES or ALERTS."""
    keys = [key("is", kind)]
    for name in ("about", "publisher"):
        value = getattr(asked, name).strip()
        if value:
            keys.append(key(name, value))
    return [*(Wanted((one,)) for one in keys), *parsed(asked.words)]


def articles(store: Store, asked: Asked, *, older_than: int | None = None) -> Page:
    """The articles that hold all of it, newest first; one query, however much is stored."""
    with store.read() as connection:
        asked = replace(asked, about=id_of(connection, asked.about))
        return _articles(connection, asked, older_than)


def _articles(connection: Connection, asked: Asked, older_than: int | None) -> Page:
    first = _first_since(connection, asked.since) if asked.since else 0
    if first is None:
        return Page([])
    ask_the_index(connection)
    found = matches(connection, wanted(asked, ARTICLES), older_than, first).subquery()
    # Sorted and cut before any text is fetched.
    newest = select(found.c.number).order_by(found.c.number.desc()).limit(PAGE + 1).subquery()
    query = (
        select(newest.c.number, ARTICLE.c.article_id, ARTICLE.c.arrived, ARTICLE.c.article)
        .select_from(newest)
        .join(SEARCH, SEARCH.c.number == newest.c.number)
        .join(ARTICLE, ARTICLE.c.article_id == SEARCH.c.article_id)
        .order_by(newest.c.number.desc())
    )
    rows = connection.execute(query).all()
    looked_for = [one for one in parsed(asked.words) if not one.without]
    hits = [
        _hit(row.article_id, row.arrived, codec.load(Article, row.article), looked_for)
        for row in rows[:PAGE]
    ]
    return Page(hits, rows[PAGE - 1].number if len(rows) > PAGE else None)


def _first_since(connection: Connection, since: datetime) -> int | None:
    """The number of the first article that came then or later: numbers grow as articles come."""
    return connection.execute(
        select(SEARCH.c.number)
        .join(ARTICLE, ARTICLE.c.article_id == SEARCH.c.article_id)
        .where(ARTICLE.c.arrived >= since)
        .order_by(ARTICLE.c.arrived)
        .limit(1)
    ).scalar()


def _hit(own_id: str, arrived: datetime, article: Article, looked_for: Sequence[Wanted]) -> Hit:
    return Hit(
        article_id=own_id,
        url=article.url,
        publisher=article.publisher,
        published=article.published,
        arrived=arrived,
        title=pieces(article.title, looked_for),
        snippet=snippet(article.text, looked_for),
    )


# ── What was found, shown in its text ────────────────────────────────────────────────────────

_AROUND = 90  # letters shown before the first find
_SNIPPET = 280


def pieces(text: str, looked_for: Sequence[Wanted]) -> list[Piece]:
    """The whole text in pieces, those that were looked for told apart."""
    return _pieces(text, 0, len(text), _spans(text, looked_for))


def snippet(text: str, looked_for: Sequence[Wanted]) -> list[Piece]:
    """The text around the first find in pieces; its beginning if there is none."""
    spans = _spans(text, looked_for)
    first = spans[0][0] if spans else 0
    start = text.rfind(" ", 0, max(first - _AROUND, 0)) + 1 if first > _AROUND else 0
    end = len(text) if len(text) - start <= _SNIPPET else text.rfind(" ", start, start + _SNIPPET)
    end = max(end, min(start + _SNIPPET, len(text))) if end <= start else end
    shown = _pieces(text, start, end, spans)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(text) else []
    return [*before, *shown, *after]


def _spans(text: str, looked_for: Sequence[Wanted]) -> list[tuple[int, int]]:
    """Where that stands which was looked for, in order, none over another."""
    if not looked_for:
        return []
    there = list(placed(text))
    found = sorted(
        (there[at][1], there[at + len(each.words) - 1][2])
        for each in looked_for
        for at in range(len(there) - len(each.words) + 1)
        if _stands(each, [word for word, _, _ in there[at : at + len(each.words)]])
    )
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _stands(each: Wanted, there: Sequence[str]) -> bool:
    *before, last = each.words
    same = there[-1].startswith(last) if each.begun else there[-1] == last
    return same and list(there[:-1]) == before


def _pieces(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    shown: list[Piece] = []
    at = start
    for first, last in spans:
        if first < at or last > end:
            continue
        shown += [Piece(text[at:first]), Piece(text[first:last], found=True)]
        at = last
    return [piece for piece in [*shown, Piece(text[at:end])] if piece.text]
