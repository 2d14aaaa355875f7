"""Where do I change what an editor may write about a feed? Nodes in, feeds and problems out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema

from wirewatch.feeds.fields import tag_of
from wirewatch.forms import Duration, Form, Mistake, at, fill, items, problem, scalar, sections
from wirewatch.records import Feed, Node, Problem
from wirewatch.text import digest

_PARTS: Final[dict[str, Literal["list", "map"]]] = {"feeds": "list", "defaults": "map"}
_SYNONYMS: Final = {
    "url": "feed", "address": "feed", "link": "feed", "rss": "feed", "name": "publisher",
    "title": "publisher", "outlet": "publisher", "lang": "language", "groups": "group",
    "tags": "group", "category": "group", "interval": "every", "on": "enabled", "active": "enabled",
    "fulltext": "full_text", "text": "full_text", "credentials": "login", "auth": "login",
}  # fmt: skip
LONGEST_EVERY: Final = timedelta(days=1)


def _read_address(value: object) -> str:
    text = str(value).strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme in ("http", "https") and host:
        if parts.username is not None:
            raise Mistake("a name or password is no part of a feed's address. Use “login”")
        if any(char.isspace() for char in text):
            raise Mistake("an address has no spaces")
        return text
    if text.startswith("feed:"):
        rest = text.removeprefix("feed:").removeprefix("//")
        meant = rest if rest.startswith("http") else f"https://{rest}"
        raise Mistake(f"“{text}” is no web address", meant)
    bare = not parts.scheme and "." in text.partition("/")[0] and " " not in text
    mend = f"https://{text}" if bare else None
    raise Mistake(f"“{text}” is no web address: it begins with https:// or http://", mend)


def _read_language(value: object) -> str:
    text = str(value).strip() if isinstance(value, str) else ""
    tag = tag_of(text)
    if tag is None:
        raise Mistake(f"“{text}” is no language code. Write en, ar, fr or pt-BR")
    return tag


Address = Annotated[str, BeforeValidator(_read_address), WithJsonSchema({"type": "string"})]
Language = Annotated[str, BeforeValidator(_read_language), WithJsonSchema({"type": "string"})]


class DefaultsForm(Form):
    """What holds for all feeds of a file that do not say otherwise."""

    publisher: str | None = Field(default=None, description="Who prints it; feeds may share one.")
    language: Language | None = Field(
        default=None, description="Else it is detected in each article."
    )
    group: tuple[str, ...] | None = Field(
        default=None, description="Names by which rules can mean it (their groups)."
    )
    login: str | None = Field(
        default=None, description="The name of a login that the environment holds, never the login."
    )
    every: Duration | None = Field(
        default=None, description="5m: never asked more often than this."
    )
    full_text: Literal["page", "feed"] | None = Field(
        default=None,
        description="page: fetch the article (the default); feed: take what the feed carries.",
    )
    enabled: bool | None = Field(default=None, description="no switches it off.")


class FeedForm(DefaultsForm):
    """A feed: its address, who prints it, and how it is read."""

    feed: Address = Field(description="The feed's own address.")


def load_feeds(nodes: Iterable[Node]) -> tuple[list[Feed], list[Problem]]:
    """The feeds of all files' root nodes, and every problem in them.

    A feed with a mistake is left out, the others stand; an address that comes twice is told at the
    second place. `defaults` hold for their own file.
    """
    feeds: list[Feed] = []
    problems: list[Problem] = []
    first: set[str] = set()
    for root in nodes:
        parts, wrong = sections(root, _PARTS)
        problems += wrong
        defaults = DefaultsForm()
        if "defaults" in parts:
            given, wrong = fill(parts["defaults"], DefaultsForm, _SYNONYMS)
            problems += wrong
            defaults = given or defaults
        for item in items(parts["feeds"]) if "feeds" in parts else ():
            form, wrong = fill(item, FeedForm, _SYNONYMS)
            problems += wrong
            if form is None:
                continue
            place = at(item, "feed")
            if form.feed in first:
                problems.append(problem(place, "this feed is listed twice"))
                continue
            first.add(form.feed)
            made = _feed(form, defaults, item, problems)
            if made is not None:
                feeds.append(made)
    return feeds, problems


def _feed(
    form: FeedForm, defaults: DefaultsForm, item: Node, problems: list[Problem]
) -> Feed | None:
    def meant(name: str) -> Any:
        own = getattr(form, name)
        return own if own is not None else getattr(defaults, name)

    publisher = meant("publisher")
    if publisher is None:
        said = "“publisher” is missing here: who prints this feed?"
        problems.append(problem(item, said, word="publisher"))
        return None
    every: timedelta | None = meant("every")
    if every is not None and every > LONGEST_EVERY:
        where = at(item, "every")
        said = "a feed is asked at least once a day"
        problems.append(problem(where, said, word=scalar(where), severity="warning"))
    enabled = meant("enabled")
    return Feed(
        feed_id=digest("feed", form.feed),
        url=form.feed,
        publisher=publisher,
        language=meant("language"),
        groups=tuple(meant("group") or ()),
        login=meant("login"),
        every=every,
        full_text=meant("full_text") or "page",
        enabled=True if enabled is None else enabled,
    )
