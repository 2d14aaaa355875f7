"""Opening and saving the editors' files: no newer text is written over, nothing is half there.

Several servers and editors on the disk may be at it at once: a save holds the folder's lock, looks
at the bytes that lie there, and puts a whole new file in their place. Nothing is remembered
between two calls, so what is edited by hand is seen at once, and the other way round.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from wirewatch.desk import versions
from wirewatch.desk.drafts import Diagnosis, problems_of
from wirewatch.desk.versions import body_of
from wirewatch.store import Store
from wirewatch.watchfiles.nodes import MOST_BYTES

KINDS: Final = ("rules", "vocabulary", "feeds")
_NAME: Final = re.compile(rf"({'|'.join(KINDS)})/(\w[\w .-]{{0,80}})\.(yaml|yml)")
_BOM: Final = b"\xef\xbb\xbf"
NEW: Final = ""  # the hash of a file that is not there yet


class NotHere(Exception):  # noqa: N818 - said to people as it is
    """There is no such file here, or its name is none that a file here may have."""


class Unwritable(Exception):  # noqa: N818 - said to people as it is
    """The disk or the text does not let the file be written; the message says why."""


class Conflict(Exception):  # noqa: N818 - nobody did wrong
    """Somebody else's newer text lies there; `theirs` is it, None if the file is gone."""

    def __init__(self, theirs: "WatchFile | None"):
        super().__init__("somebody else saved this file since it was opened")
        self.theirs = theirs


class Unsound(Exception):  # noqa: N818 - it may still be saved
    """The text has errors; it is saved all the same when the editor says so again."""

    def __init__(self, diagnosis: Diagnosis):
        super().__init__("this text has errors")
        self.diagnosis = diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """A file as it lies on the disk. `body` hashes its bytes: what a save must name."""

    file: str
    text: str
    body: str
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a save came to. `said` is a sentence for the editor if the version was hard to keep."""

    file: WatchFile
    diagnosis: Diagnosis
    said: str = ""


def files(folder: Path, kind: str) -> list[str]:
    """The names of the files of one kind, as `rules/gaza.yaml`, in order."""
    found = (folder / kind).glob("*")
    names = [f"{kind}/{path.name}" for path in found if path.is_file()]
    return sorted(name for name in names if _NAME.fullmatch(name))


def open_file(folder: Path, file: str) -> WatchFile:
    """The file as it lies there now. Raises NotHere."""
    path = place_of(folder, file)
    try:
        data = path.read_bytes()
        changed = path.stat().st_mtime
    except (FileNotFoundError, IsADirectoryError):
        raise NotHere(f"there is no file “{file}”") from None
    except OSError as error:
        raise NotHere(f"“{file}” cannot be read: {error.strerror}") from None
    return _watch_file(file, data, datetime.fromtimestamp(changed, UTC))


def body_there(folder: Path, file: str) -> str:
    """The hash of what lies there now, `NEW` if nothing does. Raises NotHere for a bad name."""
    data = _bytes(place_of(folder, file))
    return NEW if data is None else body_of(data)


def place_of(folder: Path, file: str) -> Path:
    """Where a file of that name lies. Raises NotHere for any name that leads elsewhere."""
    if not _NAME.fullmatch(file) or ".." in file:
        raise NotHere(
            f"“{file}” is no name of a file here: a word and .yaml, in {', '.join(KINDS)}"
        )
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise NotHere(f"“{file}” leads out of the folder")
    return path.resolve()


def save(
    folder: Path,
    file: str,
    text: str,
    loaded: str,
    store: Store,
    *,
    who: str,
    now: datetime,
    zone: tzinfo = UTC,
    insist: bool = False,
    note: str = "",
) -> Saved:
    """Put the text in the file's place, and keep a version that says who and when.

    `loaded` is the hash of what the editor began from, `NEW` for a new file. Raises Conflict if
    something else lies there, Unsound for a text with errors unless the editor insists (the last
    good version of what is broken stays live), Unwritable, NotHere. Warnings stop nothing.
    """
    path = place_of(folder, file)
    diagnosis = problems_of(folder, file, text, zone)
    with _lock(folder):
        old = _bytes(path)
        data = _as_before(text, old)
        if len(data) > MOST_BYTES:
            raise Unwritable(f"this is more than {MOST_BYTES // 1_000_000} MB")
        if (NEW if old is None else body_of(old)) != loaded and data != old:
            raise Conflict(_theirs(file, path, old))
        if not insist and any(f.problem.severity == "error" for f in diagnosis.here):
            raise Unsound(diagnosis)
        if data == old:
            return Saved(file=_watch_file(file, data, now), diagnosis=diagnosis)
        if old is not None:
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            versions.keep_what_lies_there(folder, file, old, store, changed=changed)
        _write(path, data)
        said = versions.keep(
            folder, file, data, store, who=who, note=note or _note(file, old), at=now
        )
    return Saved(file=_watch_file(file, data, now), diagnosis=diagnosis, said=said)


def last_change(folder: Path, file: WatchFile, store: Store) -> tuple[str, datetime]:
    """Who wrote what lies there now, and when."""
    newest = next(iter(versions.versions(folder, file.file, store, most=1)), None)
    if newest is None:
        return versions.BY_HAND, file.changed
    text = versions.text_of(folder, file.file, newest.version_id, store)
    return (newest.who, newest.at) if text == file.text else (versions.BY_HAND, file.changed)


def _note(file: str, old: bytes | None) -> str:
    return f"{'Begin' if old is None else 'Edit'} {file}"


def _theirs(file: str, path: Path, data: bytes | None) -> WatchFile | None:
    if data is None:
        return None
    return _watch_file(file, data, datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _watch_file(file: str, data: bytes, changed: datetime) -> WatchFile:
    return WatchFile(file=file, text=_text(data), body=body_of(data), changed=changed)


def _text(data: bytes) -> str:
    text = data.removeprefix(_BOM).decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_before(text: str, old: bytes | None) -> bytes:
    """The text's bytes, with the byte order mark and the line ends that the file has."""
    data = text.replace("\r\n", "\n").encode("utf-8", "replace")
    if old is None:
        return data
    if b"\r\n" in old and old.count(b"\r\n") == old.count(b"\n"):
        data = data.replace(b"\n", b"\r\n")
    return _BOM + data if old.startswith(_BOM) else data


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unwritable(f"“{path.name}” cannot be read: {error.strerror}") from None


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One save at a time, whichever process does it. It falls with the process."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise Unwritable(f"the folder of the watch files: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    """The whole file or the old one: written beside it, then put in its place. Keeps its mode."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(exist_ok=True)
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _keep_mode(path, beside)
        beside.replace(path)
        _settle(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise Unwritable(f"“{path.name}” could not be written: {error.strerror}") from None


def _keep_mode(path: Path, beside: Path) -> None:
    if not path.exists():
        return
    old = path.stat()
    beside.chmod(old.st_mode & 0o7777)
    with suppress(OSError):  # only root may give a file away
        os.chown(beside, old.st_uid, old.st_gid)


def _settle(folder: Path) -> None:
    """Have the folder itself on the disk, so that the new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
