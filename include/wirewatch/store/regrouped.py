"""A page that a second feed lists too: its article gets that feed's groups, and waits for a look.

Rules may ask for a group (`only_if: groups`). What they were told of the article before it had
this one is looked at once more, by `desk/retell.py`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, delete, select, update

from wirewatch.articles.canonical import url_key
from wirewatch.records import Article
from wirewatch.store import codec
from wirewatch.store.article_tables import ARTICLE, ARTICLE_VERSION
from wirewatch.store.metadata import METADATA, UTCTime
from wirewatch.store.told_sql import put

REGROUPED = Table(
    "regrouped",
    METADATA,
    Column("article_id", String(200), primary_key=True),
    Column("groups", Text, nullable=False),
    Column("at", UTCTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Regrouped:
    """An article, and the groups that it got after it was first stored."""

    article_id: str
    groups: frozenset[str]


def add_groups(connection: Connection, url: str, groups: Sequence[str], now: datetime) -> bool:
    """Whether the article at this address is stored; it now has these groups beside its own.

    An article that nobody is told of needs no second look.
    """
    row = connection.execute(
        select(ARTICLE).where(ARTICLE.c.url_key == url_key(url)).with_for_update()
    ).one_or_none()
    if row is None:
        return False
    article = codec.load(Article, row.article)
    added = [group for group in groups if group not in article.groups]
    if not added:
        return True
    text = codec.dump(replace(article, groups=(*article.groups, *added)))
    connection.execute(
        update(ARTICLE).where(ARTICLE.c.article_id == row.article_id).values(article=text)
    )
    connection.execute(
        update(ARTICLE_VERSION)
        .where(
            ARTICLE_VERSION.c.article_id == row.article_id,
            ARTICLE_VERSION.c.version == row.version,
        )
        .values(article=text)
    )
    if not row.silent:
        waits = REGROUPED.c.article_id == row.article_id
        before = connection.execute(select(REGROUPED.c.groups).where(waits)).scalar()
        both = sorted({*(json.loads(before) if before else ()), *added})
        values = {"article_id": row.article_id, "groups": json.dumps(both), "at": now}
        put(connection, REGROUPED, [values])
    return True


def regrouped(connection: Connection, limit: int = 500) -> list[Regrouped]:
    """The articles to look at once more, those first that have waited longest."""
    query = select(REGROUPED).order_by(REGROUPED.c.at, REGROUPED.c.article_id).limit(limit)
    return [
        Regrouped(row.article_id, frozenset(json.loads(row.groups)))
        for row in connection.execute(query)
    ]


def looked_at(connection: Connection, some: Iterable[Regrouped]) -> None:
    """Take these off the list, but for one that has got a further group since it was read."""
    for one in some:
        same = REGROUPED.c.groups == json.dumps(sorted(one.groups))
        connection.execute(delete(REGROUPED).where(REGROUPED.c.article_id == one.article_id, same))
