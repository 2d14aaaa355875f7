"""Where do I change what the stories room knows of a language? Its TOML file, loaded here."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

BANDS = ("most", "many", "quite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language's words: everyday ones by band, spellings, furniture, corrections.

    `varies` are the days, months and moves, which differ from one filling of a template to another.

    A language without a file has empty tables: all its words weigh the same until the store has
    counted them.
    """

    code: str
    bands: Mapping[str, frozenset[str]]
    band_shares: Mapping[str, float]
    joined: frozenset[str] = frozenset()
    joined_ends: frozenset[str] = frozenset()
    spelling: Mapping[str, str]
    numbers: Mapping[str, str]
    number_words: Mapping[str, str]
    days: frozenset[str] = frozenset()
    near_days: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    varies: frozenset[str] = frozenset()
    furniture_starts: tuple[str, ...] = ()
    furniture_holds: tuple[str, ...] = ()
    correction_starts: tuple[str, ...] = ()
    correction_holds: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    not_: str = ""
    background: tuple[str, ...] = ()
    yardsticks: frozenset[str] = frozenset()
    since: frozenset[str] = frozenset()
    says: frozenset[str] = frozenset()
    agencies: Mapping[str, str]

    def names_day(self, words: Iterable[str]) -> bool:
        """Whether a weekday, today, yesterday or the like is among these words."""
        return not (self.days | self.near_days).isdisjoint(words)


@cache
def language(code: str | None) -> Language:
    """The tables of a language (en-GB is en); nobody's language is read as English."""
    return _load((code or "en").split("-")[0].lower())


def _words(text: object) -> frozenset[str]:
    return frozenset(str(text or "").split())


def read_table(name: str) -> dict[str, Any] | None:
    """A TOML file of `languages/`, or None if there is none of that name."""
    path = files("wirewatch.stories") / "languages" / f"{name}.toml"
    if not path.is_file():
        return None
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _load(code: str) -> Language:
    data = read_table(code) or {}
    part = {name: data.get(name, {}) for name in _SECTIONS}
    bands = {band: _words(part["words"].get(band)) for band in (*BANDS, "function")}
    band_shares = {"function": 1.0, "unknown": 0.002, **part["shares"]}
    days, near_days, months = (
        _words(part["calendar"].get(key)) for key in ("days", "near", "months")
    )
    moves = _words(part["furniture"].get("moves"))
    return Language(
        code=code,
        bands=bands,
        band_shares={**dict.fromkeys(BANDS, 0.05), **band_shares},
        joined=(joined := _words(part["spelling"].get("joined"))),
        joined_ends=frozenset(word[cut:] for word in joined for cut in range(1, len(word) - 1)),
        spelling=part["spelling"].get("same", {}),
        numbers=part["numbers"],
        number_words=part["number_words"],
        days=days,
        near_days=near_days,
        months=months,
        moves=moves,
        varies=days | near_days | months | moves,
        furniture_starts=tuple(part["furniture"].get("starts", ())),
        furniture_holds=tuple(part["furniture"].get("holds", ())),
        correction_starts=tuple(part["corrections"].get("starts", ())),
        correction_holds=tuple(part["corrections"].get("holds", ())),
        denials=tuple(part["corrections"].get("denials", ())),
        revised=tuple(part["corrections"].get("revised", ())),
        not_=part["corrections"].get("not", ""),
        background=tuple(part["background"].get("holds", ())),
        yardsticks=_words(part["background"].get("yardsticks")),
        since=_words(part["background"].get("since")),
        says=_words(part["says"].get("words")),
        agencies={name: agency for agency, names in part["agencies"].items() for name in names},
    )


_SECTIONS = (
    "words", "shares", "spelling", "numbers", "number_words", "calendar", "furniture",
    "corrections", "background", "says", "agencies",
)  # fmt: skip
