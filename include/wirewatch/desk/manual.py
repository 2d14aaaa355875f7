"""The editors' manual and the JSON schemas, made from the very code that reads the files.

`python -m wirewatch.desk.manual` writes docs/rules.md, docs/watch-files.md and
include/watch/schema/; `--check` only says whether they are in step, and leaves 1 if they are
not.
"""

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from wirewatch.desk.manual_files import files_manual, table
from wirewatch.feeds import load as feeds
from wirewatch.reading import load as vocabulary
from wirewatch.rules.checks import NEEDS
from wirewatch.rules.conditions import CONDITIONS, ORDER
from wirewatch.rules.proof import PROOFS
from wirewatch.rules.shape import DefaultsForm, SendForm, TestForm, WatchForm

_HEAD = """# Watch rules

A watch rule says what to tell, and to whom. It stands in a file of `include/watch/rules/`:

```yaml
watches:
  - watch: Rafah operation
    when:
      event: rafah-operation
      becomes: [ordered, under way]
    send: {to: gaza-desk, severity: urgent}
```

`wirewatch check` says at once everything that is wrong in it, and runs its tests.

A rule judges what is new, not the document: its conditions are tried on the developments of an
article, the sentences, statuses, figures and quotes that nothing told before.

What events, figures and people are called, the feeds and the channels have a page of their own:
[watch-files.md](watch-files.md). This page is made from the code by `make docs`.
"""
_WHEN = """## when

All that stands here must hold on one development; a list means any of it.
"""
_ONLY_IF = """## only_if

What must vouch for a development before it is told. What lacks it is not lost: it waits, and is
judged again when somebody else carries it.
"""
_SEND = """## send

To whom, and how. Everything here holds an alert or shapes it; nothing drops one.
"""
_WATCH = """
## The rule itself

A rule without an `id` has its name as one: “Rafah operation” is `rafah-operation`. That is what
commands such as `wirewatch why` and `wirewatch backtest` name it by.
"""
_TESTS = """
## tests

They run at every `wirewatch check`. A test is one article, or several in order; a held alert
counts as one.

```yaml
tests:
  - name: only worry
    text: Guterres said he was alarmed by reports that the military would push on into Rafah.
    expect: silent
  - name: a copy is not news twice
    articles:
      - {file: tests/rafah-a.txt, expect: alert}
      - {file: tests/rafah-b.txt, expect: silent}
```
"""
_SHARED = """
## defaults and lists

What holds for every rule of the file that does not say otherwise, and words that a rule may
name by one:

```yaml
defaults:
  send: {to: gaza-desk, quiet_hours: 22:00-06:30 Europe/London}
lists:
  wires: [AFP, Reuters, AP]
watches:
  - watch: Death toll up five percent
    when: {figure: gaza-toll, rises_by: 5%}
    only_if: {credit: wires}
  - watch: New remarks by Guterres
    when: {remarks_by: guterres}
    send: {to: night, digest: hourly, quiet_hours: never}
```
"""
# A word of a stock editor's YAML may be a number or a yes-or-no; here it stays the text it is.
_TEXT = {"type": ["string", "number", "boolean"]}


# What a form cannot say of its keys by itself: which want others beside them.
_TOGETHER: dict[str, dict[str, Any]] = {
    "WhenForm": {
        "dependencies": {
            name: list(others)
            if len(others) == 1
            else {"anyOf": [{"required": [each]} for each in others]}
            for name, others in NEEDS.items()
        }
    },
    "TestForm": {"if": {"required": ["articles"]}, "else": {"required": ["expect"]}},
}


def manual() -> str:
    """docs/rules.md."""
    parts = [_HEAD, _WHEN]
    parts += [_page(name, CONDITIONS[name]) for name in ORDER]
    parts.append(_ONLY_IF)
    parts += [_page(name, function) for name, function in PROOFS.items()]
    parts += [_SEND, table(SendForm)]
    parts += [_WATCH, table(WatchForm), _TESTS, table(TestForm), _SHARED]
    return "\n".join(parts).rstrip() + "\n"


def _page(name: str, function: Callable[..., Any]) -> str:
    """A docstring as a page: what is indented, or looks like YAML, is an example."""
    text = inspect.cleandoc(function.__doc__ or "")
    lines: list[str] = []
    example: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith(("    ", f"{name}: ")):
            example.append(line.removeprefix("    "))
            continue
        if example:
            lines += ["```yaml", *example, "```"]
            example = []
        lines.append(line)
    return f"### {name}\n\n" + "\n".join(lines)


# ── Schemas ───────────────────────────────────────────────────────────────────────────────────


def schemas() -> dict[str, dict[str, Any]]:
    """Each schema by the name of its file."""
    lists = {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}}
    return {
        "rules": _file({"defaults": DefaultsForm, "watches": [WatchForm]}, {"lists": lists}),
        "vocabulary": _file(
            {
                "entities": {"": vocabulary.EntityForm},
                "events": {"": vocabulary.EventForm},
                "figures": {"": vocabulary.FigureForm},
            }
        ),
        "feeds": _file({"defaults": feeds.DefaultsForm, "feeds": [feeds.FeedForm]}),
        "channels": _file({}, {"channels": _CHANNELS}),
    }


_ONE_ADDRESS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_CHANNELS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            "slack": {"type": "string", "description": 'The channel: "#name", or its id.'},
            "console": {"type": ["string", "null"], "description": "The terminal."},
            "email": {**_ONE_ADDRESS, "description": "One address or a list of them."},
        },
    },
}


def _file(parts: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = dict(more or {})
    for name, form in parts.items():
        if isinstance(form, list):
            properties[name] = {"type": "array", "items": _form(form[0], definitions)}
        elif isinstance(form, dict):
            properties[name] = {
                "type": "object",
                "additionalProperties": _form(form[""], definitions),
            }
        else:
            properties[name] = _form(form, definitions)
        properties[name] = _or_empty(properties[name])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": False,
        "properties": dict(sorted(properties.items())),
        "definitions": dict(sorted(definitions.items())),
    }


def _form(form: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    schema = form.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    for name, definition in schema.pop("$defs", {}).items():
        definitions[name] = {**_loosened(definition), **_TOGETHER.get(name, {})}
    name = form.__name__
    definitions[name] = {**_loosened(schema), **_TOGETHER.get(name, {})}
    return {"$ref": f"#/definitions/{name}"}


def _loosened(schema: Any) -> Any:
    """As editors may write it: one value for a list, nothing for what may be left out."""
    if isinstance(schema, list):
        return [_loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: _loosened(value) for key, value in schema.items() if key not in ("default", "title")
    }
    if "properties" in schema:
        found["properties"] = {k: _loosened(v) for k, v in schema["properties"].items()}
        needed = set(schema.get("required", ()))
        found["properties"] = {
            k: v if k in needed else _or_empty(v) for k, v in found["properties"].items()
        }
    if found == {"type": "string"} or (found.get("type") == "string" and _is_free(found)):
        found = {**found, **_TEXT}
    if found.get("type") == "boolean":
        # To YAML 1.2, and so to editors, yes and no are words.
        del found["type"]
        found["enum"] = [True, False, "yes", "no", "on", "off"]
    if found.get("type") == "array" and not _is_form(found.get("items", {})):
        kept = {k: v for k, v in found.items() if k == "description"}
        found = {**kept, "anyOf": [found["items"], {"type": "array", "items": found["items"]}]}
    return found


def _is_free(found: Mapping[str, Any]) -> bool:
    return not {"enum", "pattern", "const", "format"} & found.keys()


def _is_form(items: Mapping[str, Any]) -> bool:
    return "$ref" in items


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in schema.items() if k == "description"}
    rest = {k: v for k, v in schema.items() if k != "description"}
    options = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    if {"type": "null"} in options:
        return schema
    return {**kept, "anyOf": [*options, {"type": "null"}]}


# ── Files ─────────────────────────────────────────────────────────────────────────────────────


def files() -> dict[Path, str]:
    """What is generated, by its place in the checkout."""
    found = {Path("docs/rules.md"): manual(), Path("docs/watch-files.md"): files_manual()}
    for name, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        found[Path(f"include/watch/schema/{name}.schema.json")] = text
    return found


def main(root: Path, *, check: bool) -> int:
    """Write the files, or say which are out of step."""
    stale = []
    for place, text in files().items():
        path = root / place
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(place))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stderr.write(f"out of step with the code: {', '.join(stale)}. Run make docs.\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd(), check="--check" in sys.argv[1:]))
