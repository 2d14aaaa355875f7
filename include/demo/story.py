"""What the demo wire has printed so far: its articles, and the step that readers have reached."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

BETWEEN_STEPS = timedelta(seconds=20)
OLD_NEWS_AGE = timedelta(hours=9)
STORY = Path(__file__).with_name("story.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One article of the wire."""

    outlet: str
    step: int
    slug: str
    title: str
    byline: str
    standfirst: str
    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """One of its papers."""

    slug: str
    name: str
    about: str


def load(path: Path = STORY) -> tuple[dict[str, Outlet], tuple[Printed, ...]]:
    """The papers and all their articles."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    outlets = {slug: Outlet(slug, **about) for slug, about in content["outlets"].items()}
    return outlets, tuple(Printed(**article) for article in content["articles"])


class Wire:
    """The unfolding story. A step is printed once every paper is known to its readers."""

    def __init__(self, state: Path, now: datetime, between: timedelta = BETWEEN_STEPS) -> None:
        self.outlets, self._articles = load()
        self._state, self._between = state, between
        self._known: set[str] = set()
        self._printed_at = self._remembered() or {0: now}
        self._last_step = max(article.step for article in self._articles)

    def _remembered(self) -> dict[int, datetime]:
        if not self._state.exists():
            return {}
        kept: Mapping[str, str] = json.loads(self._state.read_text(encoding="utf-8"))
        return {int(step): datetime.fromisoformat(at) for step, at in kept.items()}

    def printed(self, outlet: str) -> list[tuple[Printed, datetime]]:
        """What stands in a paper now, newest first, each with its time of print."""
        there = [
            (article, self._time(article.step, place))
            for place, article in enumerate(self._articles)
            if article.outlet == outlet and article.step in self._printed_at
        ]
        return sorted(there, key=lambda pair: pair[1], reverse=True)

    def _time(self, step: int, place: int) -> datetime:
        at = self._printed_at[step]
        return at - OLD_NEWS_AGE - timedelta(minutes=17 * place) if step == 0 else at

    def is_known(self, outlet: str, now: datetime) -> int | None:
        """Note that readers keep what a paper has printed; the step that this set free, if any."""
        self._known.add(outlet)
        step = max(self._printed_at)
        too_soon = step > 0 and now - self._printed_at[step] < self._between
        if step == self._last_step or too_soon or self._known != set(self.outlets):
            return None
        self._known.clear()
        self._printed_at[step + 1] = now
        kept = {str(number): at.isoformat() for number, at in self._printed_at.items()}
        self._state.write_text(json.dumps(kept), encoding="utf-8")
        return step + 1


def now() -> datetime:
    """The wire's clock, in whole seconds as feeds carry them."""
    return datetime.now(UTC).replace(microsecond=0)
