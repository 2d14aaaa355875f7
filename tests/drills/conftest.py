"""What drills share: a line of their own on the terminal."""

from collections.abc import Callable

import pytest

from wirewatch.store import Store


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], store: Store) -> Callable[[str], None]:
    """Print a line of the drill's own, whatever pytest hides."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {store.engine.dialect.name}: {text}", end="")

    return line
