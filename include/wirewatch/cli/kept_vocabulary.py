"""Where do I change how a vocabulary is kept between two calls? As JSON, by a hash of its files.

Checking what editors write costs more than reading an article. A folder without an error is
therefore checked once: its vocabulary is kept under a hash of every byte that went into it, the
code that checks among them. It lies in the checkout's `.airflow/cache` and may be deleted at any
time; without a checkout nothing is kept.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import wirewatch
from wirewatch.desk.settings import state_folder
from wirewatch.records import Entity, EventDefinition, FigureDefinition, Vocabulary
from wirewatch.text import digest

_MOST_KEPT = 8
_CODE = ("records.py", "text.py", "reading/load.py", "reading/passage.py", "forms", "watchfiles")
_PATTERNS = ("*.yaml", "*.yml", "*/*.yaml", "*/*.yml")


def key(watch: Path) -> str | None:
    """A hash of the folder's files and of the code that reads them; None if one cannot be read."""
    try:
        return digest(*(part for path in _read(watch) for part in (path, path.read_bytes())))
    except OSError:
        return None  # whoever reads the folder says what is wrong with it


def _read(watch: Path) -> Iterator[Path]:
    here = Path(wirewatch.__file__).parent
    for name in _CODE:
        path = here / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else (path,)
    for pattern in _PATTERNS:
        yield from sorted(watch.resolve().glob(pattern))


def kept(name: str) -> Vocabulary | None:
    """The vocabulary that was kept under a key, None if there is none that can be read."""
    path = _path(name)
    if path is None:
        return None
    try:
        found = json.loads(path.read_bytes())
        return Vocabulary(
            entities=tuple(Entity(**_tuples(one)) for one in found["entities"]),
            events=tuple(EventDefinition(**_tuples(one)) for one in found["events"]),
            figures=tuple(FigureDefinition(**_tuples(one)) for one in found["figures"]),
            version=found["version"],
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None  # it is read anew from what the editors wrote


def _tuples(one: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in one.items()}


def keep(name: str, vocabulary: Vocabulary) -> None:
    """Keep a vocabulary under a key; where nothing can be written, nothing is kept."""
    import tempfile

    path = _path(name)
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            written = Path(folder) / path.name
            written.write_text(json.dumps(asdict(vocabulary)), encoding="utf-8")
            written.replace(path)
        for old in sorted(path.parent.glob("*.json"), key=_age)[:-_MOST_KEPT]:
            old.unlink()


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _path(name: str) -> Path | None:
    home = state_folder(Path.cwd())
    return home and home / "cache" / f"vocabulary-{name}.json"
