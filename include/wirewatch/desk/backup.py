"""A copy of all that the desk knows in one file, and the desk as it was from such a file.

After a restore no old alert goes out again: what was told between backup and failure is told by
messages that are in the channels already, so each delivery of the next day looks for its message
first. That holds for Slack; a console or a mailbox cannot be asked.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wirewatch.store import Store, open_store
from wirewatch.store.backup import Backup, Progress, dump, load

LOOK_FIRST_FOR = timedelta(days=1)
_KINDS = ("*.yaml", "*.yml")


def backup(
    store: Store, path: Path, watch: Path, progress: Progress = lambda table, rows: None
) -> Backup:
    """Write the store and the editors' files to one file: the whole file, or none.

    Raises OSError when the disk does not take it, or there is no folder for it.
    """
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.absolute().parent}: make it first")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as stream:
            os.fchmod(stream.fileno(), 0o600)
            made = dump(store, stream, datetime.now(UTC), _files(watch), progress)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    return made


def restore(
    url: str,
    path: Path,
    *,
    files_to: Path | None = None,
    replace: bool = False,
    progress: Progress = lambda table, rows: None,
) -> Backup:
    """Put a backup into the store at this URL; the editors' files into a folder, if one is named.

    Raises store.backup.NotABackup and NotEmpty, which say why in words, and OSError.
    """
    with open_store(url, migrate=False) as store, path.open("rb") as stream:
        until = datetime.now(UTC) + LOOK_FIRST_FOR
        found = load(store, stream, doubt_until=until, replace=replace, progress=progress)
    if files_to is not None:
        _write(files_to, found.files)
    return found


def _files(watch: Path) -> dict[str, str]:
    found = sorted(path for kind in _KINDS for path in watch.rglob(kind) if path.is_file())
    return {
        str(path.relative_to(watch)): path.read_text(encoding="utf-8", errors="replace")
        for path in found
        if path.resolve().is_relative_to(watch.resolve())
    }


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
