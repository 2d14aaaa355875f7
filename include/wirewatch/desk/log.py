"""One line for each thing that happened, with the ids to follow it by: run, feed, article, alert.

A line is `what key=value key=value`; a value with spaces, quotes or line breaks is written as JSON
does. Lines go to Python's logger `wirewatch`: Airflow keeps them with the task, `wirewatch run
--log` prints them. What `masking` was told never stands in one.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from urllib.parse import unquote, urlsplit

from wirewatch.text import without_keys

LOG: Final = logging.getLogger("wirewatch")
_PLAIN: Final = re.compile(r"[^\s\"=\x00-\x1f\x7f]+")
_SHORTEST: Final = 6  # letters: a shorter secret would blot out ordinary words
_run: ContextVar[str] = ContextVar("run", default="")
_secrets: ContextVar[tuple[str, ...]] = ContextVar("secrets", default=())


def event(what: str, *, level: int = logging.INFO, **ids: object) -> None:
    """Write a line about `what` happened; the run is added, and what is None or empty left out."""
    if not LOG.isEnabledFor(level):
        return
    pairs = {"run": _run.get(), **ids}
    said = " ".join(f"{k}={_value(v)}" for k, v in pairs.items() if v is not None and v != "")
    LOG.log(level, "%s", masked(f"{what} {said}"))


@contextmanager
def masking(run: str, secrets: Iterable[str | None]) -> Iterator[None]:
    """Name the run in every line until the end, and hide these secrets and the parts of them."""
    of_run = _run.set(run)
    of_secrets = _secrets.set(tuple(_parts(secrets)))
    try:
        yield
    finally:
        _run.reset(of_run)
        _secrets.reset(of_secrets)


def masked(text: str) -> str:
    """The text without the secrets of this run, and without a login or key in any address."""
    for secret in _secrets.get():
        text = text.replace(secret, "***")
    return without_keys(text)


def _parts(secrets: Iterable[str | None]) -> list[str]:
    """Each secret as it is, a URL's password, and what follows the name of a header or a user."""
    found: set[str] = set()
    for secret in filter(None, secrets):
        password = urlsplit(secret).password if "://" in secret else None
        after = secret.partition(":")[2].strip() if "://" not in secret else ""
        whole = "" if "://" in secret and password is None else secret
        found |= {whole, password or "", unquote(password or ""), after}
    return sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True)


def _value(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
