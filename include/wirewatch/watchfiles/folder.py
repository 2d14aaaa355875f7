"""Which files of the editors' folder are read, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wirewatch.forms import Mistake, problem, suggest
from wirewatch.records import Node, Problem
from wirewatch.text import digest, nfc
from wirewatch.watchfiles.nodes import read_nodes

KINDS = ("feeds", "vocabulary", "rules")
_OTHERS = ("schema", "tests")
_ENDS = (".yaml", ".yml")
_MOST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What stands in the folder: the root nodes of each kind, and what is wrong with the files.

    `damaged` names the files of which some items could not be read. `version` hashes all bytes.
    """

    path: Path
    feeds: tuple[Node, ...] = ()
    vocabulary: tuple[Node, ...] = ()
    rules: tuple[Node, ...] = ()
    channels: Node | None = None
    problems: tuple[Problem, ...] = ()
    damaged: frozenset[str] = frozenset()
    version: str = ""


_NO_DRAFTS: Mapping[str, bytes] = {}


def read_folder(path: Path, drafts: Mapping[str, bytes] = _NO_DRAFTS) -> Folder:
    """The editors' folder. A part that is missing is empty; nothing is raised.

    `drafts` are files by their name in the folder (`rules/gaza.yaml`) that are not saved yet: they
    are read in place of what the disk has.
    """
    if not path.is_dir():
        return Folder(path=path, problems=(_about(".", f"there is no folder {path}"),))
    problems: list[Problem] = list(_stray(path))
    roots: dict[str, list[Node]] = {kind: [] for kind in (*KINDS, "channels")}
    damaged: set[str] = set()
    hashes: list[str] = []
    for kind, file in _files(path, drafts):
        name = file.relative_to(path).as_posix()
        try:
            data = drafts[name] if name in drafts else file.read_bytes()
        except OSError as error:
            problems.append(_about(name, f"this file cannot be read: {error.strerror}"))
            damaged.add(name)
            continue
        hashes.append(digest(name, data.hex()))
        # What is typed is read once; keeping every keystroke's nodes would only fill the memory.
        root, found = read_nodes(data, name) if name in drafts else _nodes(data, name)
        problems += found
        if any(p.severity == "error" for p in found):
            damaged.add(name)
        if root is not None:
            roots[kind].append(root)
    return Folder(
        path=path,
        feeds=tuple(roots["feeds"]),
        vocabulary=tuple(roots["vocabulary"]),
        rules=tuple(roots["rules"]),
        channels=next(iter(roots["channels"]), None),
        problems=tuple(problems),
        damaged=frozenset(damaged),
        version=digest(*hashes),
    )


def folder_version(path: Path) -> str:
    """A hash of all that may be read here, the texts of tests too: equal if nothing changed."""
    parts = [] if path.is_dir() else ["there is no folder"]
    for file in sorted(path.glob("*/**/*")) + sorted(path.glob("*.y*ml")):
        try:
            if file.is_file():
                parts += [file.relative_to(path).as_posix(), file.read_bytes().hex()]
        except OSError as error:
            parts.append(f"{file}: {error.errno}")
    return digest(*parts)


def read_test_text(path: Path, rule_file: str, name: str) -> str:
    """The text of a file that a rule's test names, relative to the rule's file.

    Raises Mistake, with the nearest name there is, if there is none or it lies outside the folder.
    """
    base = (path / rule_file).parent
    wanted = (base / name).resolve()
    if not wanted.is_relative_to(path.resolve()):
        raise Mistake(f"“{name}” lies outside the folder of the watch files")
    if not wanted.is_file():
        there = [p.relative_to(base).as_posix() for p in base.glob("**/*") if p.is_file()]
        raise Mistake(f"there is no file “{name}” beside {rule_file}", suggest(name, there))
    try:
        if wanted.stat().st_size > _MOST_TEXT:
            raise Mistake(f"“{name}” is too large for an article")
        return nfc(wanted.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Mistake(f"“{name}” cannot be read as UTF-8 text") from None


@lru_cache(maxsize=512)
def _nodes(data: bytes, name: str) -> tuple[Node | None, Sequence[Problem]]:
    root, found = read_nodes(data, name)
    return root, tuple(found)


def _files(path: Path, drafts: Mapping[str, bytes]) -> list[tuple[str, Path]]:
    """Kind and file, in order of name; a file that begins with a dot is nobody's."""
    unsaved = {path / name for name in drafts}
    found = [
        (kind, file)
        for kind in KINDS
        for file in sorted({*(path / kind).glob("*"), *unsaved})
        if file.parent.name == kind
        if file.suffix in _ENDS and not file.name.startswith(".")
        if file in unsaved or file.is_file()
    ]
    for name in ("channels.yaml", "channels.yml"):
        if (path / name).is_file():
            found.append(("channels", path / name))
            break
    return found


def _stray(path: Path) -> list[Problem]:
    """Files and folders that look as if they should be read and are not."""
    found: list[Problem] = []
    for file in sorted(path.iterdir()):
        name = file.name
        if name.startswith("."):
            continue
        if file.is_file() and file.suffix in _ENDS and file.stem != "channels":
            near = suggest(file.stem, ("channels",))
            said = "this file is not read here: it belongs in feeds/, vocabulary/ or rules/"
            found.append(_about(name, said, near and f"{near}.yaml"))
        elif file.is_dir() and name not in (*KINDS, *_OTHERS) and _holds_yaml(file):
            near = suggest(name, KINDS)
            said = f"the folder {name}/ is not read: there are feeds/, vocabulary/ and rules/"
            found.append(_about(name, said, near))
    return found


def _holds_yaml(folder: Path) -> bool:
    return any(file.suffix in _ENDS for file in folder.iterdir())


def _about(name: str, message: str, suggestion: str | None = None) -> Problem:
    place = Node(file=name, line=1, column=1, kind="scalar", value=name)
    severity = "warning" if "not read" in message else "error"
    return problem(place, message, suggestion=suggestion, severity=severity)  # type: ignore[arg-type]
