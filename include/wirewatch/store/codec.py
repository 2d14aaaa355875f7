"""Where do I change how a record is kept as text? Here: compact JSON without defaults.

One codec for every record of `records.py`: `load(cls, dump(record)) == record`. A field that a
newer version added is filled with its default, one that it took away is ignored, so old rows
stay readable; a default, once rows are stored, must not change its meaning.
"""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any, many: bool = False) -> TypeAdapter[Any]:
    """Building one costs milliseconds, so each is built once."""
    if (kind, many) not in _ADAPTERS:
        _ADAPTERS[kind, many] = TypeAdapter(tuple[kind, ...] if many else kind)
    return _ADAPTERS[kind, many]


def prepare(*kinds: type) -> None:
    """Build now what reads and writes these kinds, for the processes that are forked later."""
    for kind in kinds:
        _adapter(kind)


def dump(record: object) -> str:
    """The record as one line of JSON."""
    encoded = _adapter(type(record)).dump_json(record, exclude_defaults=True)
    return encoded.decode("utf-8")


def load(kind: type[T], text: str) -> T:
    """The record that `dump` wrote. Raises pydantic.ValidationError for any other text."""
    loaded: T = _adapter(kind).validate_json(text)
    return loaded


def dump_all(kind: type[T], records: tuple[T, ...]) -> str:
    """Many records of one kind as one JSON list."""
    encoded = _adapter(kind, many=True).dump_json(records, exclude_defaults=True)
    return encoded.decode("utf-8")


def load_all(kind: type[T], text: str) -> tuple[T, ...]:
    """The records that `dump_all` wrote."""
    loaded: tuple[T, ...] = _adapter(kind, many=True).validate_json(text)
    return loaded
