"""Who is asking, and what may they do? Whoever mounts the pages answers that; here is the form."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request


class Right(StrEnum):
    """What a route asks for. Each holds only beside `VIEWER`: without that there is no page."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in."""

    name: str
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether this person has the right."""
        return Right.VIEWER in self.rights and right in self.rights


Who = Callable[[Request], Awaitable[Person | None]]
"""Answers who sent a request; None is nobody. It is asked once for each request."""
