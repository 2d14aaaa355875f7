"""Writing feeds into the editors' folder: one more, a whole OPML list, one switched off."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from wirewatch.desk import editing
from wirewatch.desk.editing import NEW, Unwritable
from wirewatch.desk.watch import load_watch
from wirewatch.feeds.load import load_feeds
from wirewatch.feeds.opml import Outline
from wirewatch.forms import items, scalar
from wirewatch.records import Feed, Node
from wirewatch.store import Store
from wirewatch.text import count, without_keys
from wirewatch.watchfiles import read_nodes

ADDED: Final = "feeds/added.yaml"
_SPELLINGS: Final = ("feed", "url", "address", "link", "rss")
_SWITCHES: Final = ("enabled", "on", "active")


class CannotSwitch(ValueError):  # noqa: N818 - said to people as it is
    """The feed is in the file, and cannot be switched there without touching something else."""


class AtTheSameTime(ValueError):  # noqa: N818 - said to people as it is
    """Somebody else saved the file between our look at it and our saving."""


# ── Texts ─────────────────────────────────────────────────────────────────────────────────────


def line_of(
    url: str, publisher: str, language: str | None = None, groups: Iterable[str] = ()
) -> str:
    """One feed as an editor would write it; JSON's quotes are YAML's."""
    parts = [f"feed: {_quoted(url)}", f"publisher: {_quoted(publisher)}"]
    if language:
        parts.append(f"language: {_quoted(language)}")
    if named := list(groups):
        parts.append(f"group: [{', '.join(map(_quoted, named))}]")
    return f"  - {{{', '.join(parts)}}}"


def with_line(text: str, line: str) -> str:
    """A file of feeds with one more at its end. Raises ValueError in words if that is no feed."""
    whole = (text or "feeds:\n").rstrip("\n") + "\n" + line + "\n"
    _check(whole)
    return whole


def of_outlines(outlines: Sequence[Outline], known: Iterable[str]) -> tuple[str, int]:
    """A file of the listed feeds that are not known yet, and how many there are.

    Raises ValueError in words.
    """
    there = set(known)
    new = [one for one in outlines if one.url not in there]
    lines = [line_of(one.url, one.title, None, one.folders[-1:]) for one in new]
    text = "feeds:\n" + "\n".join(lines) + "\n"
    if new:
        _check(text)
    return text, len(new)


def switched(text: str, url: str, *, on: bool) -> str | None:
    """The file's text with this feed switched, everything else as it was; None if it is not in it.

    Raises ValueError in words for a file that cannot be read, or is written so that its places
    cannot be trusted.
    """
    root, problems = read_nodes(text.encode(), "feeds")
    if root is None or root.kind != "map":
        raise ValueError(problems[0].message if problems else "it holds no feeds")
    for item in _feeds_of(root):
        fields = dict(_fields(item))
        if any(scalar(fields[name]) == url for name in _SPELLINGS if name in fields):
            changed = _with_switch(text, item, fields, "yes" if on else "no")
            _check_switched(root, changed, url, on=on)
            return changed
    return None


def _check_switched(before: Node, text: str, url: str, *, on: bool) -> None:
    """Raises CannotSwitch unless the text says what the file said, but for this one switch."""
    after, _ = read_nodes(text.encode(), "feeds")
    was = {feed.url: feed for feed in load_feeds([before])[0]}
    now = {feed.url: feed for feed in load_feeds([after])[0]} if after else {}
    own = now.get(url)
    if own is None or own.enabled != on or {**was, url: own} != now:
        word = "yes" if on else "no"
        raise CannotSwitch(f"this file is written in an unusual way: write “enabled: {word}” there")


def _feeds_of(root: Node) -> Iterable[Node]:
    listed = dict(_fields(root)).get("feeds")
    return [one for one in items(listed) if one.kind == "map"] if listed is not None else []


def _fields(node: Node) -> Iterable[tuple[str, Node]]:
    pairs: Any = node.value if node.kind == "map" else ()
    return [(str(key.value), value) for key, value in pairs]


def _with_switch(text: str, item: Node, fields: dict[str, Node], word: str) -> str:
    lines = re.split(r"(?<=\n)", text)  # as YAML counts: a form feed ends no line
    given = next((fields[name] for name in _SWITCHES if name in fields), None)
    if given is not None:
        line = lines[given.line - 1]
        end = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s,}#]+").match(line, given.column - 1)
        stop = end.end() if end else given.column - 1
        lines[given.line - 1] = line[: given.column - 1] + word + line[stop:]
        return "".join(lines)
    line = lines[item.line - 1]
    at = item.column - 1
    if line[at] == "{":
        lines[item.line - 1] = f"{line[: at + 1]}enabled: {word}, {line[at + 1 :]}"
    else:
        lines[item.line - 1] = f"{line[:at]}enabled: {word}\n{' ' * at}{line[at:]}"
    return "".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _check(text: str) -> None:
    root, problems = read_nodes(text.encode(), ADDED)
    problems += load_feeds([root])[1] if root else []
    if problems:
        raise ValueError(problems[0].message)


# ── Files ─────────────────────────────────────────────────────────────────────────────────────


def add(
    folder: Path,
    store: Store,
    url: str,
    publisher: str,
    *,
    language: str | None = None,
    groups: Iterable[str] = (),
    who: str,
    now: datetime,
) -> None:
    """Write one more feed. Raises ValueError in words if it is known already or is no feed.

    Where somebody else saves the file at the same time, it is written behind theirs.
    """
    line = line_of(url, publisher, language, groups)
    for is_last in (False, False, True):
        if any(feed.url == url for feed in load_watch(folder).feeds):
            raise ValueError("this feed is known already")
        there = _there(folder, ADDED)
        text = with_line(there.text if there else "", line)
        try:
            note = f"Add {without_keys(url)}"
            _save(folder, ADDED, text, there.body if there else NEW, store, who, now, note)
        except AtTheSameTime:
            if is_last:
                raise
        else:
            return


def take_in(
    folder: Path, store: Store, name: str, outlines: Sequence[Outline], *, who: str, now: datetime
) -> int:
    """Write a new file of the listed feeds that are not known yet; how many. Raises ValueError."""
    known = [feed.url for feed in load_watch(folder).feeds]
    text, many = of_outlines(outlines, known)
    if many:
        plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "imported"
        file = f"feeds/{plain}.yaml"
        if _there(folder, file) is not None:
            raise ValueError(f"there is a file “{file}” already: give the list another name")
        _save(folder, file, text, NEW, store, who, now, f"Import {count(many, 'feed')}")
    return many


def switch(folder: Path, store: Store, url: str, *, on: bool, who: str, now: datetime) -> Feed:
    """Switch a feed on or off in the file that it stands in; the feed as it is now written.

    Raises ValueError in words if it stands in no file, or the file cannot be written.
    """
    for file in editing.files(folder, "feeds"):
        there = editing.open_file(folder, file)
        try:
            text = switched(there.text, url, on=on)
        except CannotSwitch as error:
            raise ValueError(f"{file}: {error}") from None
        except ValueError:
            continue  # a broken file is told on its own page
        if text is None:
            continue
        note = f"Switch {'on' if on else 'off'} {without_keys(url)}"
        _save(folder, file, text, there.body, store, who, now, note)
        found = next((one for one in load_watch(folder).feeds if one.url == url), None)
        if found is None or found.enabled != on:
            raise ValueError(f"{file} was changed by somebody else at the same time")
        return found
    raise ValueError("no file of the folder lists this feed")


def _there(folder: Path, file: str) -> editing.WatchFile | None:
    try:
        return editing.open_file(folder, file)
    except editing.NotHere:
        return None


def _save(
    folder: Path,
    file: str,
    text: str,
    loaded: str,
    store: Store,
    who: str,
    now: datetime,
    note: str,
) -> None:
    try:
        editing.save(
            folder, file, text, loaded, store, who=who, now=now, insist=True, note=note[:200]
        )
    except editing.Conflict:
        raise AtTheSameTime(f"somebody else saved {file} at the same time: try again") from None
    except (Unwritable, editing.NotHere) as error:
        raise ValueError(str(error)) from None
