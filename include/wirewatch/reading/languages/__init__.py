"""Where do I add a language? Copy en.toml to its BCP 47 code and translate the words in it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class LanguageData:
    """What one language's file says. A language without a file has no sections: names only."""

    code: str
    sections: Mapping[str, Any]

    @property
    def known(self) -> bool:
        """Whether there is a file for this language."""
        return bool(self.sections)

    def section(self, name: str) -> Mapping[str, Any]:
        """One section of the file, empty where the file has none."""
        found: Mapping[str, Any] = self.sections.get(name, {})
        return found

    def words(self, section: str, key: str) -> tuple[str, ...]:
        """A list of words of the file, empty where the file has none."""
        return tuple(self.section(section).get(key, ()))


@cache
def language_data(code: str | None) -> LanguageData:
    """The data of a BCP 47 code; a region counts for nothing (“en-GB” is “en”)."""
    plain = (code or "").replace("_", "-").split("-")[0].lower()
    path = _FOLDER / f"{plain}.toml"
    if not plain.isalpha() or not path.is_file():
        return LanguageData(plain or "und", {})
    return LanguageData(plain, tomllib.loads(path.read_text(encoding="utf-8")))


def languages() -> tuple[str, ...]:
    """The codes that have a file, in order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
