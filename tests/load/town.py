"""What invented publishers print: stories that go on, wire copies, edits, days and nights, errors.

All of it is made from templates of ours and one seed: the same seed prints the same papers.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

PLACES = [
    f"{a}{b}"
    for a in (
        "Kar",
        "Vel",
        "Mor",
        "Tas",
        "Bren",
        "Hol",
        "Ister",
        "Lun",
        "Orde",
        "Pel",
        "Sand",
        "Ulm",
    )
    for b in ("sund", "mark", "haven", "gate", "ford", "berg", "wick", "stad", "mere", "dale")
]
FAMILIES = [
    f"{a}{b}"
    for a in ("Hal", "Tesh", "Bor", "Cael", "Dren", "Emer", "Fal", "Gris", "Iven", "Jor", "Kest")
    for b in ("vek", "ina", "lund", "sson", "aro", "mann", "itz", "ova", "elli", "ak")
]
FIRST = ("Anna", "Dorin", "Mira", "Pavel", "Selma", "Tomas", "Ines", "Karl", "Lena", "Oskar")
OFFICES = ("mayor", "minister", "spokeswoman", "general", "union leader", "judge", "engineer")
THINGS = ("bridge", "harbour", "dam", "railway", "refinery", "hospital", "airport", "mine", "court")
VERBS = ("closed", "reopened", "sold", "searched", "evacuated", "repaired", "shelled", "occupied")
ENDS = (
    "after {n} days of talks",
    "although {m} people had signed against it",
    "for the first time since {year}",
    "while rain kept falling on the {thing2}",
    "and nobody could say for how long",
    "at a cost of {m} million crowns",
)
TEMPLATES = (
    "The {thing} of {place} was {verb} on {day} {end}.",
    "{first} {family}, the {office} of {place}, said that the {thing} would be {verb} {end}.",
    "At least {n} people were killed when the {thing} in {place} was {verb}, {family} said.",
    "“We have waited {n} years for this,” said {first} {family}, who lives beside the {thing}.",
    "{family} ordered that the {thing2} near {place} be {verb} {end}.",
    "A court in {place} found that the {thing} had been {verb} without a permit {end}.",
    "Some {m} residents left {place} by the {thing2} {end}.",
    "The {office} denied that the {thing} had been {verb} {end}.",
    "In {place2}, {n} kilometres away, the {thing2} was {verb} as well {end}.",
    "Prices at the {thing2} rose by {n} per cent {end}, according to {first} {family}.",
    "Nobody from {place2} had been asked whether the {thing} should be {verb}, {family} added.",
    "Work on the {thing} begins on {day}, the {office} told reporters in {place2}.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Page:
    """One article of one feed. `edited` is its second text, printed some minutes later."""

    feed: int
    slug: str
    at: datetime
    title: str
    byline: str
    text: tuple[str, ...]
    credit: str | None = None
    edited: "Page | None" = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How a feed's server behaves: seconds that it takes, and the share of errors."""

    slow_seconds: float = 0.0
    errors: float = 0.0


@dataclass(slots=True)
class Town:
    """`feeds` publishers that print `articles` pages between `begin` and `begin + span`.

    A few feeds print much and most little, unless `uneven` is 0; a fifth of all pages is wire copy,
    in part shortened; one in twenty is edited; one host in fifty is slow, one fails at times.
    """

    feeds: int
    articles: int
    begin: datetime
    span: timedelta
    seed: int = 7
    uneven: float = 0.7
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def manners(self, feed: int) -> Manners:
        """The same for every feed of a host's address."""
        chance = random.Random(f"{self.seed} {feed % 100}").random()
        if chance < 0.02:
            return Manners(slow_seconds=3.0)
        return Manners(errors=0.2) if chance < 0.04 else Manners()

    def pages(self) -> Iterator[Page]:
        """All pages in the order of their time."""
        chance = self._chance
        weights = [1 / (1 + number) ** self.uneven for number in range(self.feeds)]
        chance.shuffle(weights)
        stories = [self._story() for _ in range(max(3, self.articles // 25))]
        wire: list[Page] = []
        for number, at in enumerate(sorted(self._time() for _ in range(self.articles))):
            (feed,) = chance.choices(range(self.feeds), weights)
            if wire and chance.random() < 0.2:
                page = self._copy(chance.choice(wire[-20:]), feed, number, at)
            else:
                page = self._page(chance.choice(stories), feed, number, at)
                wire.append(page)
            yield page

    def _time(self) -> datetime:
        """By day four times as much as by night."""
        while True:
            part = self._chance.random()
            hour = (self.begin + part * self.span).hour
            if self._chance.random() < 0.4 - 0.24 * math.cos((hour - 3) / 24 * 2 * math.pi):
                return self.begin + part * self.span

    def _story(self) -> dict[str, str]:
        chance = self._chance
        return {
            "place": chance.choice(PLACES),
            "thing": chance.choice(THINGS),
            "family": chance.choice(FAMILIES),
        }

    def _sentence(self, story: dict[str, str]) -> str:
        chance = self._chance
        values = {
            "place2": chance.choice(PLACES),
            "thing2": chance.choice(THINGS),
            "first": chance.choice(FIRST),
            "office": chance.choice(OFFICES),
            "verb": chance.choice(VERBS),
            "day": chance.choice(DAYS),
            "n": str(chance.randint(2, 90)),
            "m": str(chance.randint(100, 9_000)),
            "year": str(chance.randint(1950, 2020)),
            **story,
        }
        if chance.random() < 0.5:
            values["family"] = chance.choice(FAMILIES)
        end = chance.choice(ENDS).format(**values)
        return chance.choice(TEMPLATES).format(**values, end=end)

    def _page(self, story: dict[str, str], feed: int, number: int, at: datetime) -> Page:
        chance = self._chance
        text = tuple(
            " ".join(self._sentence(story) for _ in range(chance.randint(2, 4)))
            for _ in range(chance.randint(4, 9))
        )
        page = Page(
            feed=feed,
            slug=f"{number}-{story['thing']}-{story['place'].lower()}",
            at=at,
            title=self._sentence(story).rstrip("."),
            byline=f"{chance.choice(FIRST)} {chance.choice(FAMILIES)}",
            text=text,
        )
        if chance.random() >= 0.05:
            return page
        later = at + timedelta(minutes=chance.randint(3, 40))
        return replace(page, edited=replace(page, at=later, text=(*text, self._sentence(story))))

    def _copy(self, of: Page, feed: int, number: int, at: datetime) -> Page:
        kept = of.text if self._chance.random() < 0.6 else of.text[:-1]
        slug = f"{number}-copy-of-{of.slug.partition('-')[0]}"
        return replace(of, feed=feed, slug=slug, at=at, text=kept, credit="Northwire", edited=None)


def watch_files(town: Town, base: str, rules: int, one_in: int = 3) -> dict[str, str]:
    """The editors' folder of a desk that reads the town with so many rules: path → text.

    `base` is the address of a feed, with its number to be filled in. `one_in` so many rules wants
    an event, as many a speaker: what every page of the town has. The others want rare words.
    """
    chance = random.Random(town.seed + 1)
    feeds = [
        f"  - {{feed: '{base.format(host=number % 100 + 2, feed=number)}', language: en,"
        f" publisher: Paper {number}, group: [{'wires' if number % 50 == 0 else 'local'}],"
        " every: 1m}"
        for number in range(town.feeds)
    ]
    names = [f"  p{n}: {{name: {name}, kind: place}}" for n, name in enumerate(PLACES)]
    names += [f"  f{n}: {{name: {name}, kind: person}}" for n, name in enumerate(FAMILIES)]
    events = [
        f"  e{n}: {{about: The {THINGS[n % 9]} of {PLACES[n]}, what: [{VERBS[n % 8]}],"
        f" where: [p{n}],"
        f" yes: ['The {THINGS[n % 9]} of {PLACES[n]} was {VERBS[n % 8]} on Monday.'],"
        f" no: ['Bread is dear in {PLACES[n]}.']}}"
        for n in range(len(PLACES))
    ]
    watches = [
        f"  - {{watch: Rule {n}, when: {_when(n, chance, one_in)}, send: {{to: desk}}}}"
        for n in range(rules)
    ]
    return {
        "feeds/town.yaml": "feeds:\n" + "\n".join(feeds) + "\n",
        "vocabulary/town.yaml": "\n".join(["entities:", *names, "events:", *events]) + "\n",
        "rules/town.yaml": "\n".join(["watches:", *watches]) + "\n",
    }


def _when(number: int, chance: random.Random, one_in: int) -> str:
    if number % one_in == 0:
        return f"{{event: e{number % len(PLACES)}}}"
    if number % one_in == 1:
        return f"{{remarks_by: f{chance.randrange(len(FAMILIES))}}}"
    return (
        f"{{all_of: [{chance.choice(THINGS)}, {chance.choice(PLACES)}, {chance.randint(2, 9000)}]}}"
    )
