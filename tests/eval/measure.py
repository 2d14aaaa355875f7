"""One line of the table that `make eval` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure beside its target and the best peer on the same data; `n` is how many cases."""

    room: str
    name: str
    value: float
    n: int
    target: float | None = None
    peer: str | None = None
    peer_value: float | None = None
    lower_is_better: bool = False
    note: str = ""
