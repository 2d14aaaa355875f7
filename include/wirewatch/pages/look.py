"""How pages are filled: templates (escaped, always), the words and times that they show.

What a page shows of an article is text, whatever it holds: `clean` it where it must be one line.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from wirewatch.alerts.wording import change, clean, counts, marked, number
from wirewatch.feeds.plain import plain_line
from wirewatch.pages.people import Right
from wirewatch.text import count, without_keys

HERE = Path(__file__).parent
STATIC = HERE / "static"
RIGHTS = {
    Right.VIEWER: "These pages are for people who may see the DAG “watch”.",
    Right.EDITOR: "This is for editors, who may edit the DAG “watch”.",
    Right.OPERATOR: "This is for operators, who may change Airflow's variables.",
}


def render(template: str, **values: Any) -> str:
    """The filled template. Raises jinja2.TemplateError for a mistake in it.

    Every template may use: `root` (write links as `{{ root }}/alerts`), `path`, `person`, `may`,
    `token`, `nonce`, `tabs`, `now`, `zone`, and the filters and functions of `_environment`.
    """
    person = values.get("person")
    may = {right.value: bool(person and person.may(right)) for right in Right}
    return _environment().get_template(template).render(may=may, **values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clean": clean,
        "number": number,
        "when": when,
        "iso": iso,
        "ago": ago,
        "outward": outward,
        "words": words,
        "length_of": length_of,
        "plain_line": plain_line,
        "without_keys": without_keys,
    }
    made.globals |= {
        "change": change,
        "counts": counts,
        "marked": marked,
        "static": static,
        "in_file": in_file,
        "query": query,
        "count": count,
    }
    return made


@pass_context
def when(context: Context, value: datetime | date | None) -> str:
    """`22 Nov 10:40` in the desk's zone; with the year if it is another; a bare day as it is."""
    if value is None:
        return "–"
    this_year = context["now"].year
    if not isinstance(value, datetime):
        return f"{value.day} {value:%b}" + (f" {value.year}" if value.year != this_year else "")
    zone: ZoneInfo = context["zone"]
    local = value.astimezone(zone)
    year = f" {local.year}" if local.year != this_year else ""
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def iso(value: datetime | date) -> str:
    """The time for machines: `2026-11-22T10:40:00+00:00`."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


@pass_context
def ago(context: Context, value: datetime | None) -> str:
    """`5 min ago`, `in 2 h`, `3 days ago`; “never” for no time."""
    if value is None:
        return "never"
    seconds = (context["now"] - value).total_seconds()
    span = _span(abs(seconds))
    if span == "now":
        return "now"
    return f"{span} ago" if seconds >= 0 else f"in {span}"


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= (2 * size if size > 60 else size):
            return f"{seconds // size:.0f} {unit}"
    return "now"


def length_of(value: timedelta) -> str:
    """`30 s`, `5 min`, `2 h`, `3 days`."""
    return _span(value.total_seconds())


def outward(url: str | None) -> str:
    """The address if a browser may follow it out of the pages, else an empty text."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return url or "" if parts.scheme in ("http", "https") and parts.netloc else ""


def words(value: object) -> str:
    """An id or a state as words: `under_way` is “under way”."""
    return str(getattr(value, "value", value)).replace("_", " ")


@pass_context
def static(context: Context, name: str) -> str:
    """The address of a file in `static/`, with a mark that changes when the file does."""
    return f"{context['root']}/static/{name}?{_mark(name)}"


@pass_context
def in_file(context: Context, file: str, line: int | None = None) -> str:
    """The address of the page on which a file of the folder is written, at a line of it."""
    kind, _, name = file.partition("/")
    at = f"?line={line}" if line is not None else ""
    return f"{context['root']}/{kind}/files/{quote(name)}{at}"


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def query(given: dict[str, Any], **changed: Any) -> str:
    """A link's `?…` that keeps the given filters but for those changed; empty ones are left out."""
    kept = {name: value for name, value in {**given, **changed}.items() if value not in (None, "")}
    return f"?{urlencode(kept, doseq=True)}" if kept else "?"
