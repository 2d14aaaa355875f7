"""What a rule remembers: the figure it last told, news that waits for proof.

Plain records: `store.rules` keeps them, `match` reads them and answers what has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wirewatch.records import Development


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A ledger as one rule knows it: the value told last (at first the baseline), and the sides.

    `above` and `below` say whether the rule has told that its line was crossed; None: not yet met.
    """

    value: float
    above: bool | None = None
    below: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A development that met `when` and waits for what `only_if` wants."""

    rule_id: str
    version: str
    development: Development
    because: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMemory:
    """What the rules remember of the ledgers and developments of one article.

    `told` is by rule and ledger, `waiting` by development.
    """

    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    waiting: Mapping[str, tuple[Waiting, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be remembered after one article, and what no longer waits (rule, development)."""

    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.told or self.waiting or self.settled)
