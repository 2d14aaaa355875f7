"""What the pages work on: the settings and the store, opened when the first page asks for them."""

from collections.abc import Callable
from threading import Lock

from wirewatch.desk.settings import Settings, from_environment
from wirewatch.store import Store, open_store


class Place:
    """The settings and the open store of one server process."""

    def __init__(self, settings: Callable[[], Settings] = from_environment) -> None:
        self._read, self._lock = settings, Lock()
        self._settings: Settings | None = None
        self._store: Store | None = None

    @property
    def settings(self) -> Settings:
        """The settings. Raises ValueError, in words for an operator, when one cannot be meant."""
        with self._lock:
            if self._settings is None:
                self._settings = self._read()
            return self._settings

    @property
    def store(self) -> Store:
        """The store. What cannot be reached is tried anew at the next request."""
        settings = self.settings
        with self._lock:
            if self._store is None:
                self._store = open_store(settings.store)
            return self._store

    def close(self) -> None:
        """Give the store's connections back."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
