"""Older versions of the editors' files: git where the folder is a repository, else the store.

A commit holds the one file and nothing else, whatever lies staged beside it. Where git refuses
(a merge under way, another owner, a lock), the store keeps the version and says why.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wirewatch.store import Store
from wirewatch.store import watch_versions as kept_versions
from wirewatch.text import digest

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_US: Final = "Wirewatch"
_OUR_ADDRESS: Final = "wirewatch@localhost"
_SECONDS: Final = 15
BY_HAND: Final = "somebody on the disk"
# Nothing of the repository's own may run or ask: no hooks, no signing, no prompt, no pager.
_QUIET: Final = (
    *("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.fsmonitor=false"),
    *("-c", f"user.name={_US}", "-c", f"user.email={_OUR_ADDRESS}", "-c", "gc.auto=0"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a file: who wrote it and when. `version_id` is `git:…` or `kept:…`."""

    version_id: str
    at: datetime
    who: str
    note: str


class GitRefused(Exception):  # noqa: N818 - it is git that says no
    """Git is there and did not do it; the message says why, in git's words."""


def body_of(data: bytes) -> str:
    """The hash by which a file's bytes are known."""
    return digest(data.hex())


def repository(folder: Path) -> Path | None:
    """The top of the git repository that keeps the editors' files, if one does.

    The checkout that Wirewatch itself lies in is none: a desk's rules are no part of its history.
    """
    if shutil.which("git") is None:
        return None
    for top in (folder.resolve(), *folder.resolve().parents):
        if (top / ".git").exists():
            return None if (top / "include" / "wirewatch").resolve() == _PACKAGE else top
    return None


def keep(
    folder: Path, file: str, data: bytes, store: Store, *, who: str, note: str, at: datetime
) -> str:
    """Keep what was just written as a version; a sentence if git had to be gone without, or "".

    `data` are the bytes of the file as they now lie on the disk.
    """
    refused = ""
    top = repository(folder)
    if top is not None:
        try:
            _commit(top, folder / file, who, note, at)
            return ""
        except GitRefused as error:
            refused = f"git did not take it ({error}); the version is kept in the store."
    with store.begin() as connection:
        kept_versions.keep(
            connection, file, _text(data), body=body_of(data), at=at, who=who, note=note
        )
    return refused


def keep_what_lies_there(
    folder: Path, file: str, data: bytes, store: Store, *, changed: datetime
) -> None:
    """Keep the text that is about to be written over, if no version has it: nothing is lost."""
    top = repository(folder)
    if top is not None:
        try:
            if _git(top, "status", "--porcelain", "--", str(folder / file)).strip():
                _commit(top, folder / file, BY_HAND, f"Edit {file} by hand", changed)
            return
        except GitRefused:
            pass
    with store.begin() as connection:
        if kept_versions.newest_body(connection, file) != body_of(data):
            kept_versions.keep(
                connection,
                file,
                _text(data),
                body=body_of(data),
                at=changed,
                who=BY_HAND,
                note="As it was found",
            )


def versions(folder: Path, file: str, store: Store, most: int = 100) -> Sequence[Version]:
    """The versions of a file, the newest first."""
    with store.read() as connection:
        found = [
            Version(version_id=f"kept:{one.seq}", at=one.at, who=one.who, note=one.note)
            for one in kept_versions.kept(connection, file, most)
        ]
    top = repository(folder)
    if top is not None:
        with suppress(GitRefused):
            found += _log(top, folder / file, most)
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def text_of(folder: Path, file: str, version_id: str, store: Store) -> str | None:
    """The text of a version, or None if there is none of that name."""
    how, _, name = version_id.partition(":")
    if how == "kept" and name.isdigit() and len(name) < 18:
        with store.read() as connection:
            return kept_versions.text_of(connection, file, int(name))
    top = repository(folder)
    if how == "git" and top is not None and re.fullmatch(r"[0-9a-f]{40,64}", name):
        place = (folder / file).resolve().relative_to(top).as_posix()
        try:
            return _text(_git(top, "cat-file", "blob", f"{name}:{place}"))
        except GitRefused:
            return None
    return None


def _text(data: bytes) -> str:
    text = data.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ── git ───────────────────────────────────────────────────────────────────────────────────────


def _commit(top: Path, path: Path, who: str, note: str, at: datetime) -> None:
    """One commit of one file. What else is staged stays staged and out of it."""
    place = str(path.resolve())
    author = f"{_line(who)} <{_address(who)}>"
    state = _git(top, "status", "--porcelain", "--ignored", "--", place)
    if not state.strip():
        return  # the same text as the last commit's
    if state.startswith((b"??", b"!!")):
        _git(top, "add", "--intent-to-add", "--force", "--", place)
    _git(
        top, "commit", "--only", "--quiet", "--no-verify", "--cleanup=whitespace",
        f"--author={author}", f"--date={at.astimezone(UTC).isoformat()}", f"--message={note}",
        "--", place,
    )  # fmt: skip


def _line(text: str) -> str:
    return " ".join(re.sub(r"[<>\x00-\x1f\x7f]+", " ", text).split()) or "somebody"


def _address(who: str) -> str:
    if re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", who):
        return who
    return re.sub(r"[^\w.+-]+", "-", who.lower()).strip("-.") + "@localhost"


def _log(top: Path, path: Path, most: int) -> list[Version]:
    out = _git(
        top, "log", f"--max-count={most}", "--no-show-signature", "--format=%H%x1f%aI%x1f%aN%x1f%s",
        "-z", "--", str(path.resolve()),
    ).decode("utf-8", "replace")  # fmt: skip
    found = []
    for row in filter(None, out.split("\0")):
        name, at, who, note = row.strip("\n").split("\x1f")
        when = datetime.fromisoformat(at).astimezone(UTC)
        found.append(Version(version_id=f"git:{name}", at=when, who=who, note=note))
    return found


def _git(top: Path, *words: str) -> bytes:
    """What git answers. Raises GitRefused."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every word is ours
            ["git", *_QUIET, "-C", str(top), "--literal-pathspecs", *words],  # noqa: S607
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitRefused(type(error).__name__) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise GitRefused(said.removeprefix("fatal: ").removeprefix("error: ") or "it gave no word")
    return done.stdout
