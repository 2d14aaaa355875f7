"""What a backtest costs: 30 days of 1,000 articles, 100 rules, on a store as the main job fills it.

One day's articles are made up from sentences written for it, read and judged by the real steps; the
other days are that day's rows with ids and times of their own, so that filling the store takes a
minute and not an hour. Wall and CPU time of one run, and the most memory that it held.
"""

import random
import resource
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select
from tests.bench.measure import Bench

from wirewatch.desk.backtest import backtest
from wirewatch.desk.judge import Desk, judge_waiting
from wirewatch.desk.watch import Watch, load_watch
from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Judgement
from wirewatch.store import Store, articles, codec, open_store
from wirewatch.store.article_tables import ARTICLE
from wirewatch.store.judgements import JUDGEMENT
from wirewatch.text import digest

NOW = datetime(2024, 3, 1, tzinfo=UTC)
_Cast = tuple[list[str], list[str], list[str]]
DAYS = 30
A_DAY = 1_000

PLACES = [
    "Asterby",
    "Brimholt",
    "Cardale",
    "Dunmere",
    "Elsworth",
    "Fenwick",
    "Garstone",
    "Hollowby",
    "Inverlee",
    "Jarrow-Dale",
    "Kettlewick",
    "Larkmoor",
    "Marlyn",
    "Norbeck",
    "Ostmark",
    "Pelham-Ford",
    "Quarnby",
    "Rothmere",
    "Selwick",
    "Tarnholm",
    "Ulverby",
    "Varnholt",
    "Westmarch",
    "Yarrowdale",
    "Zellin",
    "Arken",
    "Bovrel",
    "Costrin",
    "Delvar",
    "Estrada-Nova",
]
PEOPLE = [
    "Aldo Brenner",
    "Mira Castell",
    "Jonas Dahlke",
    "Petra Evanson",
    "Rashid Farouk",
    "Lena Gorski",
    "Tomas Hrdlicka",
    "Ines Iglesias",
    "Viktor Jansky",
    "Noor Khalil",
    "Elena Lindqvist",
    "Omar Mansour",
    "Greta Nyberg",
    "Paul Oduya",
    "Sofia Prandelli",
    "Karl Quist",
    "Dana Rostova",
    "Samir Said",
    "Anna Tveit",
    "Boris Ulanov",
]
BODIES = [
    "Northern Front",
    "River Council",
    "Harbour Union",
    "Grain Board",
    "Desert League",
    "Coast Guard Office",
    "Miners' Congress",
    "Red Lamp Relief",
    "Border Commission",
    "Inland Bank",
]
ACTS = {
    "operation": ["operation", "offensive", "assault"],
    "strike": ["strike", "walkout"],
    "talks": ["talks", "negotiations"],
    "blockade": ["blockade", "siege"],
    "evacuation": ["evacuation", "evacuate"],
}
SENTENCES = (
    "{person} on {day} ordered the army to prepare for an {operation} in {place}.",
    "Troops began an {operation} in {place} before dawn, residents of {other} said.",
    "The {operation} in {place} was paused on {day} after a call from {person}.",
    "Workers of the {body} began a {strike} in {place} over unpaid wages.",
    "The {strike} in {place} is over, the {body} announced on {day}.",
    "{talks} between the {body} and {person} opened in {place} on {day}.",
    "The {talks} in {place} collapsed late on {day}, two delegates told the {body}.",
    "A {blockade} of {place} has cut the road to {other} since {day}.",
    "The authorities ordered the {evacuation} of {place} as the water rose.",
    "At least {number} people were killed in {place}, the {body} said on {day}.",
    "The death toll in {place} rose to {number}, hospital staff said.",
    "Some {number} families have left {place} for {other} since {day}.",
    "“We shall not leave {place} before the {body} has answered,” {person} told reporters.",
    "“{number} lorries wait at the bridge and nobody lets them pass,” said {person}.",
    "{person} said that the {body} would send {number} observers to {place}.",
    "{person} denied that the {body} had asked for an {operation}.",
    "Prices of {goods} in {place} have doubled since {day}, traders said.",
    "A tanker with {goods} ran aground off {place} and blocked the channel to {other}.",
    "The {body} will publish its report on {goods} in the spring.",
    "{place}, a town of {number} people on the river, has changed hands twice since the war began.",
    "Aid groups say that {goods} reach {place} only by night.",
    "Schools in {place} and {other} stayed shut on {day} for the third day in a row.",
    "The minister, {person}, is to meet the {body} in {other} next week.",
    "Farmers near {place} fear for the harvest of {goods} after {number} days without rain.",
    "Insurers raised the price of cover for ships with {goods} bound for {place}.",
    "Police in {other} arrested {number} people after a march for {place}.",
    "The bridge between {place} and {other} was opened to lorries with {goods} again.",
    "A court in {place} put off the case of {person} until the {body} has been heard.",
)  # fmt: skip
GOODS = "grain diesel copper medicine cement sugar fertiliser salt timber wool".split()  # noqa: SIM905
WEEK = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905


def benches(_folder: Path | None = None) -> Iterator[Bench]:
    """The rules as they were, and a draft with an event that nobody had read for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        watch = _watch(folder / "watch")
        with open_store(f"sqlite:///{folder}/store.sqlite") as store:
            _fill(store, watch)
            yield from _run(store, watch, "100 rules as they were", 60.0)
            yield from _run(store, _draft(folder / "watch"), "1 rule on a new event", None, "new")


def _run(
    store: Store, watch: Watch, name: str, target: float | None, *rules: str
) -> Iterator[Bench]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    report = backtest(store, watch, NOW, days=DAYS, rules=rules, zone=UTC)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    note = (
        f"{report.articles:,} articles, {report.opened:,} opened, {report.read_anew:,} read anew, "
        f"{len(report.alerts):,} alerts; {cpu:.1f} s of CPU, {grown:.0f} MB more"
    )
    room = "backtest"
    yield Bench(room=room, name=name, value=wall, unit="s", target=target, note=note)


# ── A store of thirty days ────────────────────────────────────────────────────────────────────


def _fill(store: Store, watch: Watch) -> None:
    """One day judged by the real steps, the other days from its rows."""
    first = NOW - timedelta(days=DAYS) + timedelta(minutes=1)
    tagger = Tagger(watch.vocabulary)
    with store.begin() as connection:
        for one in _Day(random.Random(11)).articles(first):
            articles.save_article_and_reading(connection, one, tagger.read(one), first)
    minutes = iter(range(1, 10_000_000))
    judge_waiting(
        store,
        Desk.of(watch.rules, watch.vocabulary, UTC),
        lambda: first + timedelta(minutes=next(minutes)),
    )
    for day in range(1, DAYS):
        _copy_day(store, day)


def _copy_day(store: Store, day: int) -> None:
    """The first day's rows once more, so many days later and under names of their own."""
    with store.begin() as connection:
        step = connection.execute(
            select(func.max(JUDGEMENT.c.sequence)).where(JUDGEMENT.c.at < NOW - _days(DAYS - 1))
        ).scalar_one()
        for table, change in ((ARTICLE, _article), (JUDGEMENT, _judgement)):
            rows = connection.execute(select(table).where(table.c.sequence <= step)).all()
            connection.execute(insert(table), [change(r, day, step * day, table) for r in rows])


def _days(many: int) -> timedelta:
    return timedelta(days=many)


def _renamed(values: dict[str, Any], day: int, further: int) -> dict[str, Any]:
    own = digest(values["article_id"], day)
    return {**values, "article_id": own, "sequence": values["sequence"] + further}


def _article(row: Any, day: int, further: int, _table: Table) -> dict[str, Any]:
    values = _renamed(dict(row._mapping), day, further)
    own, url = values["article_id"], f"{row.url}?{day}"
    article = codec.load(Article, row.article)
    later = row.arrived + _days(day)
    article = replace(article, article_id=own, url=url, arrived=later, published=later)
    return values | {
        "url": url,
        "url_key": f"{row.url_key}?{day}",
        "arrived": later,
        "judged_at": row.judged_at + _days(day),
        "article": codec.dump(article),
    }


def _judgement(row: Any, day: int, further: int, _table: Table) -> dict[str, Any]:
    values = _renamed(dict(row._mapping), day, further)
    judged = codec.load(Judgement, zlib.decompress(row.record).decode())
    judged = replace(
        judged,
        article_id=values["article_id"],
        story=digest(judged.story, day),
        developments=tuple(
            replace(d, development_id=digest(d.development_id, day)) for d in judged.developments
        ),
        echoes=tuple(
            replace(e, development_id=digest(e.development_id, day)) for e in judged.echoes
        ),
    )
    record = zlib.compress(codec.dump(judged).encode())
    return values | {"at": row.at + _days(day), "record": record}


class _Day:
    """A day's articles: stories that several papers carry, as copies, rewrites and follow-ups."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

        self.places = [self._name() for _ in range(300)]
        self.people = [f"{self._name()} {self._name()}" for _ in range(300)]
        self.bodies = [f"{self._name()} {word}" for word in ("Council", "Union") * 50]

    def _name(self) -> str:
        parts = self.chance.choices(("bal", "dor", "fen", "gri", "hul", "mas", "nor", "vik"), k=3)
        return "".join(parts).capitalize()

    def articles(self, at: datetime) -> Iterator[Article]:
        """A thousand, of some 500 words each; one story in five is about what the desk watches."""
        stories: list[tuple[_Cast, list[str]]] = []
        for number in range(A_DAY):
            if stories and self.chance.random() < 0.6:
                cast, told = self.chance.choice(stories[-60:])
                lines = [*self._sentences(cast, self.chance.randint(0, 8)), *told][:36]
            else:
                cast = self._cast(watched=self.chance.random() < 0.2)
                lines = self._sentences(cast, self.chance.randint(16, 34))
            stories.append((cast, lines))
            url = f"https://paper{number % 40}.example/{number}.html"
            yield Article(
                article_id=digest("article", url),
                url=url,
                publisher=f"Paper {number % 40}",
                title=lines[0].rstrip("."),
                text="\n".join(lines),
                published=at + timedelta(minutes=number),
                arrived=at + timedelta(minutes=number),
                language="en",
            )

    def _cast(self, *, watched: bool) -> _Cast:
        """The places, people and bodies of a story: those of the desk, or others."""
        choose = self.chance.sample
        if watched:
            return choose(PLACES, 2), choose(PEOPLE, 2), choose(BODIES, 1)
        return choose(self.places, 2), choose(self.people, 2), choose(self.bodies, 1)

    def _sentences(self, cast: _Cast, many: int) -> list[str]:
        return [self._sentence(cast) for _ in range(many)]

    def _sentence(self, cast: _Cast) -> str:
        places, people, bodies = cast
        place, other = self.chance.sample(places, 2)
        said = self.chance.choice(SENTENCES).format(
            place=place,
            other=other,
            person=self.chance.choice(people),
            body=self.chance.choice(bodies),
            day=self.chance.choice(WEEK),
            number=self.chance.randint(3, 900),
            goods=self.chance.choice(GOODS),
            **{act: self.chance.choice(words) for act, words in ACTS.items()},
        )
        return said[0].upper() + said[1:]


# ── A hundred rules ───────────────────────────────────────────────────────────────────────────


def _watch(folder: Path) -> Watch:
    """Vocabulary and rules, as files: what is measured is what editors write."""
    lines = ["entities:"]
    lines += [f"  {_id(name)}: {{name: {name}, kind: place}}" for name in PLACES]
    lines += [f"  {_id(n)}: {{name: {n}, kind: person, last_name: {n.split()[1]}}}" for n in PEOPLE]
    lines += [f'  {_id(name)}: {{name: "{name}", kind: organisation}}' for name in BODIES]
    lines.append("events:")
    for number, place in enumerate(PLACES):
        act, words = list(ACTS.items())[number % len(ACTS)]
        about = f"about: {act} in {place}, what: [{', '.join(words)}], where: [{_id(place)}]"
        lines.append(f"  {act}-{_id(place)}: {{{about}}}")
    lines.append("figures:")
    for place in PLACES[:10]:
        about = f"about: killed in {place}, counts: killed, where: [{_id(place)}]"
        lines.append(f"  toll-{_id(place)}: {{{about}}}")
    (folder / "vocabulary").mkdir(parents=True)
    (folder / "vocabulary/bench.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "rules").mkdir()
    rules = "\n".join(["watches:", *_rules()]) + "\n"
    (folder / "rules/bench.yaml").write_text(rules, encoding="utf-8")
    watch = load_watch(folder)
    assert not watch.errors, watch.errors[:3]
    assert len(watch.rules) == 100
    return watch


def _id(name: str) -> str:
    return name.lower().replace(" ", "-").replace("'", "")


def _rules() -> Iterator[str]:
    acts = list(ACTS)
    for number, place in enumerate(PLACES):
        event = f"{acts[number % len(acts)]}-{_id(place)}"
        yield _rule(f"{event}", f"{{event: {event}, becomes: [ordered, under way, over, paused]}}")
    for place in PLACES[:10]:
        yield _rule(f"toll {place}", f"{{figure: toll-{_id(place)}, rises_by: 10%}}")
    for name in PEOPLE:
        yield _rule(f"remarks {name}", f"{{remarks_by: {_id(name)}}}", "{min_origins: 2}")
    for number, name in enumerate(BODIES):
        near = f"mentions: '{GOODS[number]} OR tanker*'"
        yield _rule(f"words {name}", f"{{about: {_id(name)}, {near}}}")
    for number, place in enumerate(PLACES):
        goods = GOODS[number % len(GOODS)]
        yield _rule(f"goods {place}", f"{{mentions: '{place} AND ({goods} OR lorr*)'}}")


def _rule(name: str, when: str, only_if: str = "{}") -> str:
    send = "{to: desk, quiet_hours: 22:00-06:30}"
    return f"  - watch: {name}\n    when: {when}\n    only_if: {only_if}\n    send: {send}"


def _draft(folder: Path) -> Watch:
    """One event more, and a rule on it."""
    event = "about: Arrests in Arken, what: [arrest], where: [arken]"
    vocabulary = folder / "vocabulary/draft.yaml"
    vocabulary.write_text(f"events:\n  arrests: {{{event}}}\n", encoding="utf-8")
    rule = _rule("new", "{event: arrests}")
    (folder / "rules/draft.yaml").write_text(f"watches:\n{rule}\n", encoding="utf-8")
    return load_watch(folder)
