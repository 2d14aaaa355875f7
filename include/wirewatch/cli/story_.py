"""`wirewatch story ID`: one story as a timeline; `merge`, `split` and `undo` mend it."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import clock, development_out, time_out
from wirewatch.records import Carriers, Development
from wirewatch.store import Store, open_store
from wirewatch.text import count

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wirewatch.desk.repairs import Repair
    from wirewatch.desk.settings import Settings


class _Story(click.Group):
    """What is no command of the group is a story's id: `wirewatch story 79cc…` shows it."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that was meant; “show” before an id may be left out."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options before the id belong to “show”."""
        known = args and (args[0] in self.commands or args[0] in ("-h", "--help"))
        return super().parse_args(ctx, args if known or not args else ["show", *args])


_store_option = click.option(
    "--store", "store_url", help="Where memory is kept (default: $WIREWATCH_STORE)."
)
_by_option = click.option("--by", "who", default="", help="Who says so (default: you).")


@click.group(cls=_Story)
def command() -> None:
    """One story as a timeline: what became known when, who had it first, what it replaced.

    Two stories that are one can be merged, articles that do not belong can be split off; articles
    to come keep to it, and what was done can be undone.

    \b
      wirewatch story 79cc4391854462e9059a
      wirewatch story merge 79cc4391854462e9059a 18c41d6cfca4dd53f511
      wirewatch story split 79cc4391854462e9059a --article https://post.example/7
      wirewatch story undo 3b6f0a91c2
    """  # noqa: D301 - \b is click's own


@command.command()
@click.argument("story_id", metavar="STORY")
@_store_option
@json_option
def show(story_id: str, store_url: str | None, as_json: bool) -> None:
    """One story as a timeline. STORY is its id, or an alert's id or an article's address.

    \b
      wirewatch story 79cc4391854462e9059a --json
      wirewatch story https://example.org/world/rafah.html
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk.repairs import repairs
    from wirewatch.store.told import timeline

    zone = _settings().zone
    store = _open(store_url)
    try:
        with store.read() as connection:
            story_id = _meant(connection, story_id)
            found = timeline(connection, story_id)
        mends = repairs(store, story_id)
    finally:
        store.close()
    gone = next((m for m in mends if m.kind == "merge" and m.story == story_id), None)
    if not found and gone is not None and gone.undone_at is None:
        raise click.ClickException(f"{mend_line(gone)}: wirewatch story {gone.other}")
    if not found:
        how = "name it by its id, by an alert's id, or by the address of an article"
        raise click.ClickException(f"nothing is known of a story “{story_id}”: {how}.")
    for development, carried in found:
        if as_json:
            write_line(entry_out(development, carried))
        else:
            click.echo(line(development, carried, zone))
    for mend in () if as_json else mends:
        click.echo(mend_line(mend))


@command.command(short_help="Two stories are one from now on.")
@click.argument("one")
@click.argument("into")
@_by_option
@_store_option
def merge(one: str, into: str, who: str, store_url: str | None) -> None:
    """Put all of story ONE into story INTO: they are one, and later articles follow.

    \b
      wirewatch story merge 79cc4391854462e9059a 18c41d6cfca4dd53f511 --by Ines
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk import repairs

    _mend(store_url, lambda store: repairs.merge(store, one, into, who or _you()))


@command.command(short_help="Some articles are a story of their own.")
@click.argument("story_id")
@click.option("--article", "articles", multiple=True, required=True, help="Its url; may repeat.")
@_by_option
@_store_option
def split(story_id: str, articles: tuple[str, ...], who: str, store_url: str | None) -> None:
    """Put articles of a story into a story of their own.

    \b
      wirewatch story split 79cc4391854462e9059a --article https://post.example/7
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk import repairs

    _mend(store_url, lambda store: repairs.split(store, story_id, articles, who or _you()))


@command.command(short_help="Take a merge or split back.")
@click.argument("repair_id")
@_by_option
@_store_option
def undo(repair_id: str, who: str, store_url: str | None) -> None:
    """Take a merge or split back; articles that came since stay where they are.

    \b
      wirewatch story undo 3b6f0a91c2
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk import repairs

    _mend(store_url, lambda store: repairs.undo(store, repair_id, who or _you()))


def _settings() -> "Settings":
    from wirewatch.desk.settings import from_environment

    return from_environment()


def _open(store_url: str | None) -> Store:
    return open_store(store_url or _settings().store)


def _meant(connection: "Connection", given: str) -> str:
    """The story of an alert or an article, if that is what was named; else what was named."""
    from wirewatch.store import articles, judgements
    from wirewatch.store.outbox import alert_of, full_id

    if (stored := articles.get(connection, given)) is not None:
        kept = judgements.get(connection, stored.article.article_id)
        return kept.judgement.story if kept else given
    alert = alert_of(connection, full_id(connection, given) or "")
    return alert.story if alert else given


def _you() -> str:
    from getpass import getuser

    return getuser()


def _mend(store_url: str | None, do: "Callable[[Store], Repair]") -> None:
    from wirewatch.desk.repairs import CannotRepair

    store = _open(store_url)
    try:
        click.echo(mend_line(do(store)))
    except CannotRepair as trouble:
        raise click.ClickException(str(trouble)) from trouble
    finally:
        store.close()


def mend_line(mend: "Repair") -> str:
    """A merge or split as a line of text, with the word that undoes it."""
    counted = count(len(mend.articles), "article")
    if mend.kind == "merge":
        what = f"{mend.story} ({counted}) was merged into {mend.other}"
    else:
        what = f"{counted} of {mend.story} became the story {mend.other}"
    if mend.undone_at is not None:
        after = f"undone by {mend.undone_by}"
    else:
        after = f"wirewatch story undo {mend.repair_id}"
    return f"{mend.at:%d %b %H:%M}  {what}, by {mend.who} ({after})"


def entry_out(development: Development, carried: Carriers) -> dict[str, Any]:
    """A development of a timeline as JSON: as `stories` prints it, with time and carriers."""
    return {
        "at": time_out(development.first_seen),
        **development_out(development),
        "url": development.url,
        "origin": development.origin,
        "verdict": development.verdict.value,
        "publishers": list(carried.publishers),
        "origins": list(carried.origins),
    }


def line(development: Development, carried: Carriers, zone: tzinfo = UTC) -> str:
    """A development of a timeline as a few lines of text."""
    at = clock(development.first_seen, zone) if development.first_seen else ""
    was = f"  (was: {development.before})" if development.before else ""
    said_by = f"{development.speaker}: " if development.speaker else ""
    outlets = ", ".join(carried.publishers) or development.url
    origins = len(carried.origins)
    first = f" · first by {development.origin}" if development.origin else ""
    counted = f" · {origins} origins" if origins > 1 else ""
    about = f" {development.about}" if development.about else ""
    return (
        f"{at}  {development.kind}{about}: {said_by}{development.says}{was}\n"
        f"{' ' * len(at)}  {outlets}{first}{counted}\n"
        f"{' ' * len(at)}  {development.url}"
    )
