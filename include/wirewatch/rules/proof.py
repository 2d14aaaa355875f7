"""What `only_if` wants before a development is told. Each docstring is a page of the manual.

What fails for want of a carrier (another origin, the wanted agency, publisher, group or language)
waits and is asked again when somebody else carries the development; what is too old does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from wirewatch.records import Article, Carriers, OnlyIf
from wirewatch.rules.outcome import Outcome, no, yes
from wirewatch.text import fold


@dataclass(frozen=True, slots=True)
class Vouched:
    """One development's carriers so far, this article among them."""

    article: Article
    carriers: Carriers
    now: datetime
    agencies: Mapping[str, str]


Proof = Callable[[Vouched, OnlyIf], Outcome]
PROOFS: dict[str, Proof] = {}
NEVER_WAITS = "published_within"


def proof(name: str) -> Callable[[Proof], Proof]:
    """Make a function the part of `only_if` of that name."""

    def keep(function: Proof) -> Proof:
        PROOFS[name] = function
        return function

    return keep


@proof("published_within")
def published_within(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """The article is no older than this; one without a date counts as of now.

    published_within: 24h
    """
    published = vouched.article.published
    if published is None or only_if.published_within is None:
        return yes("no date is given")
    if not isinstance(published, datetime):
        published = datetime.combine(published, time(), UTC) + timedelta(days=1)
    age = vouched.now - published
    if age > only_if.published_within:
        return no(f"it was published {_length(age)} ago")
    return yes("it is fresh")


@proof("min_origins")
def min_origins(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """At least so many independent origins carry it. All copies of one wire are one origin.

    min_origins: 2

    It is told when the second one carries it, whenever that is within the window.
    """
    origins = vouched.carriers.origins
    if len(origins) >= (only_if.min_origins or 1):
        return yes(f"{len(origins)} origins")
    known = f" ({', '.join(origins)})" if origins else ""
    return no(f"{len(origins)} of {only_if.min_origins} origins so far{known}")


@proof("publishers")
def publishers(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """One of these publishers carries it.

    publishers: [Reuters, Example Daily]
    """
    if _meet(vouched.carriers.publishers, only_if.publishers):
        return yes("a publisher that counts")
    return no(f"none of {', '.join(only_if.publishers)} has it yet")


@proof("not_publishers")
def not_publishers(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """The one that carries it is none of these publishers.

    not_publishers: [Example Gazette]
    """
    if _meet((vouched.article.publisher or "",), only_if.not_publishers):
        return no(f"{vouched.article.publisher} does not count here")
    return yes("a publisher that counts")


@proof("groups")
def groups(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """A feed of one of these groups carries it (`group` in the feeds' files).

    groups: [wires]
    """
    if _meet(vouched.article.groups, only_if.groups):
        return yes("a feed of a group that counts")
    return no(f"no feed of {', '.join(only_if.groups)} has it yet")


@proof("credit")
def credit(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """One of these agencies is credited with it, or publishes it itself.

    credit: [AFP, Reuters, AP]
    """
    given = (*vouched.carriers.credits, *vouched.carriers.publishers)
    names = vouched.agencies
    wanted = {names.get(name_in_full(name), name_in_full(name)) for name in only_if.credit}
    if any(names.get(name_in_full(name), name_in_full(name)) in wanted for name in given):
        return yes("an agency that counts")
    return no(f"none of {', '.join(only_if.credit)} is credited yet")


@proof("languages")
def languages(vouched: Vouched, only_if: OnlyIf) -> Outcome:
    """The article is in one of these languages; `en` counts for `en-GB` too.

    languages: [en, fr]
    """
    spoken = (vouched.article.language or "").lower()
    if not spoken or any(_same_language(spoken, code.lower()) for code in only_if.languages):
        return yes("a language that counts")
    return no(f"it is in {vouched.article.language}")


def _same_language(spoken: str, wanted: str) -> bool:
    twins = {"no": "nb", "nb": "nb", "nn": "nb"}
    if spoken == wanted or spoken.startswith(f"{wanted}-"):
        return True
    return twins.get(spoken, spoken) == twins.get(wanted, wanted)


# Agencies that print their names in two ways; a vocabulary's own spellings come on top.
AGENCIES = {
    "agence france-presse": "afp",
    "associated press": "ap",
    "the associated press": "ap",
    "thomson reuters": "reuters",
    "deutsche presse-agentur": "dpa",
    "press association": "pa",
    "pa media": "pa",
    "united press international": "upi",
    "norsk telegrambyra": "ntb",
}


def name_in_full(name: str) -> str:
    """A publisher's or agency's name as it is compared: without case, accents, double spaces."""
    return " ".join(fold(name).split())


def _meet(given: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return bool({name_in_full(name) for name in given} & {name_in_full(name) for name in wanted})


def _length(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
