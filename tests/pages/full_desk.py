"""A store and a folder as a desk has them after years, in any size.

The bench times the pages on the largest of them; a test counts their queries on two smaller ones.
"""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, Text, bindparam, cast, insert, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from tests.pages import filled
from tests.pages.filled import ROOT, RUN

from wirewatch.desk.backtest import BacktestReport
from wirewatch.desk.backtest_jobs import MOST_SHOWN
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.records import Alert, Article, Development, Mention, Reading, Span, Status
from wirewatch.store import Store, backtests, codec, runs, watch_versions
from wirewatch.store import articles as article_store
from wirewatch.store import told_tables as told
from wirewatch.store.entries import ENTRY
from wirewatch.store.feed_tables import FEED, POLL
from wirewatch.store.feedback import FEEDBACK
from wirewatch.store.feeds import sync_feeds
from wirewatch.store.outbox_tables import ALERT, DELIVERY
from wirewatch.store.search import ALERTS, ARTICLES, SEARCH, _kept, key
from wirewatch.text import digest

AT_ONCE = 2_000
MOST_BACKTESTS = 25
LOUD = "the-loud-story"
KINDS = ("sentence", "status", "figure", "quote")
JOB = digest("job", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is; `printed` and `developments` are of one loud story, `stories` are others.

    `each` is how often a feed was asked, a file saved, a ledger moved, a backtest run.
    """

    articles: int
    alerts: int
    rules: int
    feeds: int
    stories: int
    printed: int
    developments: int
    each: int


YEARS = Size(
    articles=100_000, alerts=10_000, rules=100, feeds=1_000, stories=5_000, printed=300,
    developments=500, each=168,
)  # fmt: skip


def fill(store: Store, folder: Path, size: Size) -> Watch:
    """Fill an empty store and write the folder; beside all that was made stands what was judged."""
    chance, now = random.Random(1), datetime.now(UTC)
    write(folder, size)
    watch = filled.fill(store, folder, now)
    _articles(store, size, chance, now)
    with store.begin() as connection:
        for number in range(size.alerts):
            _alert(connection, number, now - timedelta(minutes=(size.alerts - number) * 30), size)
        for step in ("poll", "read", "judge", "deliver"):
            runs.note_step(connection, RUN, step, {"fed": 1, "read": 1, "sent": 1}, now)
        _stories(connection, size, chance, now)
        _feeds(connection, load_watch(folder), size, now)
        _by_people(connection, size, now)
    if not store.is_sqlite:
        with store.engine.connect() as connection:
            connection.connection.set_isolation_level(0)  # type: ignore[attr-defined]
            connection.exec_driver_sql("VACUUM ANALYZE")
    return watch


def article_id(number: int) -> str:
    """The id of one of the many articles; the newest has the highest number."""
    return digest("article", f"https://news.example/{number}")


# ── The folder ────────────────────────────────────────────────────────────────────────────────


def write(folder: Path, size: Size) -> None:
    """The shipped files, and many rules, places and feeds beside them."""
    shutil.copytree(ROOT / "include/watch", folder, dirs_exist_ok=True)
    places = [
        f"  {place}: {{name: Place {n}, kind: place}}" for n, place in enumerate(_places(size))
    ]
    rules = [
        f"  - watch: Rule {n}\n    when: {{about: place-{n}}}\n    send: {{to: desk}}"
        for n in range(size.rules)
    ]
    feeds = [
        f'  - {{feed: "https://many.example/{n}/rss", publisher: Paper {n}, group: many}}'
        for n in range(size.feeds)
    ]
    for kind, head, lines in (
        ("vocabulary", "entities", places),
        ("rules", "watches", rules),
        ("feeds", "feeds", feeds),
    ):
        text = "\n".join([f"{head}:", *lines, ""])
        (folder / kind / "many.yaml").write_text(text, encoding="utf-8")


def _places(size: Size) -> list[str]:
    return [f"place-{number}" for number in range(max(size.rules, 20))]


# ── Articles and alerts ───────────────────────────────────────────────────────────────────────


def _articles(store: Store, size: Size, chance: random.Random, now: datetime) -> None:
    """Articles of some 250 words with Zipf's frequencies.

    The texts are of two thousand kinds at the most, each article with a word of its own.
    """
    texts = _texts(chance, min(size.articles, 2_000))
    with store.read() as connection:
        indexed = [_kept(connection, (), [text]) for text in texts]
    places = _places(size)
    its_words = bindparam("its_words", type_=Text)
    keep = insert(SEARCH).values(words=its_words if store.is_sqlite else cast(its_words, TSVECTOR))
    for start in range(0, size.articles, AT_ONCE):
        rows, found = [], []
        for number in range(start, min(start + AT_ONCE, size.articles)):
            kind = chance.randrange(len(texts))
            at = now - timedelta(minutes=(size.articles - number) * 3)
            rows.append(_article(number, texts[kind][:60], texts[kind], at, places, chance))
            about = [key("about", place) for place in chance.sample(places, 4)]
            printed = key("publisher", f"Paper {number % 40}")
            keys = (key("is", ARTICLES), printed, f"own{number}", *about)
            own_keys = keys if store.is_sqlite else [f"'{one}':1" for one in keys]
            words = " ".join([*own_keys, indexed[kind]])
            found.append({"article_id": rows[-1]["article_id"], "its_words": words})
        with store.begin() as connection:
            connection.execute(insert(article_store.ARTICLE), rows)
            connection.execute(keep, found)


def _texts(chance: random.Random, many: int) -> list[str]:
    common = ["said", "the", "minister", "harbour", "of", "on", "in", "army", "talks", "port"]
    vocabulary = common + [f"w{number}" for number in range(20_000)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    made = []
    for _ in range(many):
        text = " ".join(chance.choices(vocabulary, cum_weights=weights, k=250)).capitalize()
        made.append(f"{text[:400]}. The minister said so.\n{text[400:]}.")
    return made


def _article(
    number: int,
    title: str,
    text: str,
    at: datetime,
    places: Sequence[str],
    chance: random.Random,
) -> dict[str, Any]:
    url = f"https://news.example/{number}"
    own = article_id(number)
    article = Article(
        article_id=own, url=url, publisher=f"Paper {number % 40}", title=title, text=text,
        published=at, arrived=at,
    )  # fmt: skip
    reading = Reading(
        article_id=own, tagger="none", language="en",
        mentions=tuple(
            Mention(span=Span(where="text", start=60 * n, end=60 * n + 5),
                    text=text[60 * n:60 * n + 5], entity=chance.choice(places), kind="place")
            for n in range(8)
        ),
    )  # fmt: skip
    return {
        "article_id": own, "url_key": url, "url": url, "version": 1, "content_hash": own,
        "publisher": article.publisher, "title": title, "arrived": at, "silent": False,
        "sequence": 1_000_000_000 + number, "judged_at": at, "tagger": "none",
        "article": codec.dump(article), "reading": codec.dump(reading),
    }  # fmt: skip


def _alert(connection: Connection, number: int, at: datetime, size: Size) -> None:
    own = digest("alert", number)
    story = LOUD if number % 100 == 0 else f"s{number % max(size.stories, 1)}"
    sentence = f"The minister said that harbour {number} is closed."
    fact = Development(
        development_id=digest("fact", number), kind="sentence", article_id=f"a{number}",
        url=f"https://news.example/{number}", story=story, sentence=sentence, says=sentence,
        span=Span(where="text", start=0, end=len(sentence)),
    )  # fmt: skip
    rule = number % size.rules
    alert = Alert(
        alert_id=own, rule_id=f"rule-{rule}", rule_name=f"Rule {rule}",
        to=("desk",), severity=("low", "normal", "high", "urgent")[number % 4], story=story,
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


# ── Stories ───────────────────────────────────────────────────────────────────────────────────


def _stories(connection: Connection, size: Size, chance: random.Random, now: datetime) -> None:
    """Many stories of four developments each, and a loud one told meanwhile by many outlets."""
    made: dict[Table, list[dict[str, Any]]] = {
        told.DEVELOPMENT: [], told.CARRIER: [], told.ARTICLE: [], told.STEP: []
    }  # fmt: skip
    for number in range(size.stories * 4):
        at = now - timedelta(minutes=number)
        own = size.articles - 1 - number % size.articles
        _told(made, f"s{number % size.stories}", number, at, own, [own])
    for number in range(size.printed):
        made[told.ARTICLE].append(_printed(size, number, now))
    for number in range(size.developments):
        at = now - timedelta(minutes=7 * number)
        carried = [size.articles - 1 - chance.randrange(size.printed) for _ in range(6)]
        own = size.articles - 1 - number * size.printed // size.developments
        _told(made, LOUD, number, at, own, [own, *carried], ledgers=4)
    for number in range(4 * size.each):
        made[told.STEP].append(_step(number, now))
    for table, rows in made.items():
        connection.execute(insert(table), rows)


def _told(
    made: dict[Table, list[dict[str, Any]]],
    story: str,
    number: int,
    at: datetime,
    own: int,
    carried: Sequence[int],
    ledgers: int = 0,
) -> None:
    kind = KINDS[number % 4] if ledgers else "sentence"
    development_id = digest("told", story, number)
    moves = kind in ("status", "figure")
    sentence = f"The minister said that pier {number} was closed and {number} ships waited."
    record = Development(
        development_id=development_id, kind=kind, article_id=article_id(own),  # type: ignore[arg-type]
        url=f"https://news.example/{own}", story=story, sentence=sentence, says=sentence,
        span=Span(where="text", start=0, end=len(sentence)), first_seen=at,
        ledger=f"ledger-{number % ledgers}" if moves else None,
        about="rafah-operation" if moves else None,
        status_now=Status.ORDERED if kind == "status" else None,
        value_now=float(number) if kind == "figure" else None,
        speaker=f"Speaker {number % 40}" if kind == "quote" else None,
    )  # fmt: skip
    made[told.DEVELOPMENT].append(
        {"development_id": development_id, "story": story, "article_id": article_id(own),
         "first_seen": at, "record": codec.dump(record)}
    )  # fmt: skip
    for nth, number_of in enumerate(dict.fromkeys(carried)):
        made[told.CARRIER].append(
            {"development_id": development_id, "article_id": article_id(number_of),
             "publisher": f"Paper {number_of % 40}", "origin": f"Paper {number_of % 40}",
             "credit": None, "at": at, "nth": nth}
        )  # fmt: skip


def _printed(size: Size, number: int, now: datetime) -> dict[str, Any]:
    own = size.articles - 1 - number
    return {
        "article_id": article_id(own), "number": 1_000_000_000 + own,
        "url": f"https://news.example/{own}", "publisher": f"Paper {own % 40}",
        "origin": f"Paper {own % 40}", "story": LOUD, "at": now - timedelta(minutes=7 * number),
        "text_hash": number, "size": 250, "runs": b"", "numbers": "",
    }  # fmt: skip


def _step(number: int, now: datetime) -> dict[str, Any]:
    ledger, nth = number % 4, number // 4
    at = now - timedelta(minutes=9 * (4_000 - nth))
    sentence = f"The toll rose to {nth}."
    counts = {"value": float(nth), "bound": None, "status": None}
    stands = {"value": None, "bound": None, "status": ("ordered", "under_way")[nth % 2]}
    return {
        "ledger": f"ledger-{ledger}", "nth": nth, "at": at, "day": at.date(), "sentence": sentence,
        "development_id": digest("told", LOUD, number), "url": "https://news.example/1",
        "article_id": article_id(1), "moves": True, **(stands if ledger == 1 else counts),
    }  # fmt: skip


# ── Feeds, and what people did ────────────────────────────────────────────────────────────────


def _feeds(connection: Connection, watch: Watch, size: Size, now: datetime) -> None:
    """Each feed asked many times, a tenth of them failing, with entries."""
    sync_feeds(connection, watch.feeds, now - timedelta(days=7))
    many = [feed for feed in watch.feeds if "many.example" in feed.url]
    facts = {"last_polled": now, "last_new": now, "entries_per_day": 12.0, "outcome": "new entries"}
    ids = [feed.feed_id for feed in many]
    for part in (ids[at : at + 500] for at in range(0, len(ids), 500)):
        connection.execute(update(FEED).where(FEED.c.feed_id.in_(part)).values(**facts))
    failing = {"failures": 14, "trouble": "the server answers 503", "trouble_since": now}
    connection.execute(update(FEED).where(FEED.c.feed_id.in_(ids[::10][:400])).values(**failing))
    for at in range(0, len(many), 50):
        polls = [
            {"feed_id": feed.feed_id, "at": now - timedelta(hours=hours), "outcome": "new entries",
             "status": 200, "new": hours % 3, "changed": 0, "bytes": 18_000,
             "reason": "the body changed", "next_poll": now, "why_then": "as often as it prints"}
            for feed in many[at : at + 50] for hours in range(size.each)
        ]  # fmt: skip
        connection.execute(insert(POLL), polls)
        connection.execute(insert(ENTRY), list(_entries(many[at : at + 50], size, now)))


def _entries(feeds: Sequence[Any], size: Size, now: datetime) -> Iterator[dict[str, Any]]:
    for feed in feeds:
        for number in range(min(size.each, 40)):
            own = digest("entry", feed.feed_id, number)
            yield {
                "entry_key": own, "feed_id": feed.feed_id, "guid": own, "guid_hash": own,
                "repeated_guid": False, "content_hash": own, "versions": 1,
                "link": f"https://many.example/{own}", "title": f"Entry {number}",
                "authors": "[]", "first_seen": now - timedelta(hours=number), "changed_at": now,
                "silent": False, "state": "read", "reason": "read", "not_before": now,
                "attempts": 1,
            }  # fmt: skip


def _by_people(connection: Connection, size: Size, now: datetime) -> None:
    """Verdicts on alerts, versions of a file, backtests with as many alerts as a page shows."""
    said = [
        {"alert_id": digest("alert", number), "who": f"editor {who}", "name": f"editor {who}",
         "rule_id": f"rule-{number % size.rules}", "verdict": ("useful", "noise")[who % 2],
         "at": now}
        for number in range(size.alerts // 4) for who in range(2)
    ]  # fmt: skip
    connection.execute(insert(FEEDBACK), said)
    told_now = connection.execute(select(ALERT.c.record).limit(MOST_SHOWN)).scalars()
    alerts = tuple(codec.load(Alert, text) for text in told_now)
    result = _result(alerts)
    for number in range(min(size.each, 150)):
        at = now - timedelta(hours=size.each - number)
        watch_versions.keep(
            connection, "rules/many.yaml", f"watches: []  # {number}\n" * 200, body=str(number),
            at=at, who="ana", note="a change",
        )  # fmt: skip
        if number < MOST_BACKTESTS:
            backtests.begin(connection, _backtest(number, at, result))


def _result(alerts: tuple[Alert, ...]) -> str:
    """What a backtest of a draft came to: as many alerts, more and fewer as are kept."""
    counts = BacktestReport(days=30, articles=1_000, alerts=list(alerts)).counts
    counts["a_day"] = {f"2026-11-{day:02}": day for day in range(1, 31)}
    told = {name: codec.dump_all(Alert, alerts) for name in ("alerts", "more", "fewer")}
    many = {"more_count": len(alerts), "fewer_count": len(alerts), "broken": 0}
    return json.dumps({"counts": counts, "saved": counts, **told, **many})


def _backtest(number: int, at: datetime, result: str) -> backtests.Job:
    return backtests.Job(
        job_id=digest("job", number), who="ana", began_at=at, beat_at=at, state="done",
        stop=False, days=30, rule_id="", file="rules/many.yaml", draft="", done=2, of=2,
        result=result,
    )  # fmt: skip
