"""`wirewatch pause`: keep alerts back for a while: everything, a rule, a story, a channel."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import time_out
from wirewatch.text import count

if TYPE_CHECKING:
    from wirewatch.desk.settings import Settings

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every alert of every rule.")
@click.option("--rule", help="The alerts of this rule, by its id or name.")
@click.option("--story", help="All alerts of this story, by its id (wirewatch alerts --json).")
@click.option("--channel", help="All messages of this channel, by its name.")
@click.option("--until", help="18:00, 8h, 2d or 2024-02-09 08:00; else until --off.")
@click.option("--by", help="Who asks for it.")
@click.option("--off", is_flag=True, help="End that pause; without a name, every pause.")
@json_option
def command(
    everything: bool,
    rule: str | None,
    story: str | None,
    channel: str | None,
    until: str | None,
    by: str | None,
    off: bool,
    as_json: bool,
) -> None:
    """Keep alerts back for a while. Without an option: what is paused now.

    What is paused is judged and owed as ever: it waits, stands in `wirewatch alerts`, and goes out
    when the pause ends. Word about Wirewatch itself still comes, but into no paused channel.

    \b
      wirewatch pause
      wirewatch pause --all --until 18:00
      wirewatch pause --rule rafah-operation --until 8h --by Ines
      wirewatch pause --channel gaza-desk
      wirewatch pause --channel gaza-desk --off
      wirewatch pause --story 3f2a91c0d1
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.settings import from_environment

    settings = from_environment()
    rule = rule and _rule_id(settings, rule)
    scopes = _scopes(everything, rule, story, channel)
    if off and (until or by):
        raise click.UsageError("--off ends a pause now: it takes neither --until nor --by.")
    if off:
        _end(settings, scopes)
    elif scopes:
        _check_names(settings, rule, story, channel)
        _begin(settings, scopes, until, by)
    elif until or by:
        raise click.UsageError("say what to pause: --all, --rule ID, --story ID or --channel NAME.")
    _show(settings, as_json)


def _scopes(
    everything: bool, rule: str | None, story: str | None, channel: str | None
) -> list[str]:
    named = [("rule", rule), ("story", story), ("channel", channel)]
    return [*(["all"] if everything else []), *(f"{kind}:{name}" for kind, name in named if name)]


def _begin(settings: "Settings", scopes: list[str], until: str | None, by: str | None) -> None:
    from wirewatch.store import open_store
    from wirewatch.store.outbox import database_now
    from wirewatch.store.waiting import pause

    with open_store(settings.store) as store, store.begin() as connection:
        now = database_now(connection)
        end = read_until(until, now, settings.zone) if until else None
        for scope in scopes:
            pause(connection, scope, end, by, now)


def _end(settings: "Settings", scopes: list[str]) -> None:
    from wirewatch.store import open_store
    from wirewatch.store.outbox import database_now
    from wirewatch.store.waiting import pauses, resume

    with open_store(settings.store) as store, store.begin() as connection:
        found = scopes or [row.scope for row in pauses(connection, database_now(connection))]
        for scope in found:
            if not resume(connection, scope):
                raise click.ClickException(f"{said(scope)} is not paused.")
            click.echo(f"{said(scope)} goes on: what waited goes out at the next delivery.")


def _show(settings: "Settings", as_json: bool) -> None:
    from wirewatch.store import open_store
    from wirewatch.store.deliveries import kept_back
    from wirewatch.store.outbox import database_now
    from wirewatch.store.waiting import pauses

    with open_store(settings.store) as store, store.read() as connection:
        rows = pauses(connection, database_now(connection))
        waiting = {row.scope: kept_back(connection, row.scope) for row in rows}
    for row in rows:
        if as_json:
            write_line(_out(row, waiting[row.scope]))
        else:
            click.echo(_line(row, waiting[row.scope], settings.zone))
    if not rows and not as_json:
        click.echo("Nothing is paused.")


def _out(row: Any, waiting: int) -> dict[str, Any]:
    return {
        "paused": row.scope,
        "since": time_out(row.since),
        "until": time_out(row.until),
        "by": row.by,
        "kept_back": waiting,
    }


def _line(row: Any, waiting: int, zone: tzinfo) -> str:
    end = f"until {row.until.astimezone(zone):%d %b %H:%M %Z}" if row.until else "until --off"
    who = f", by {row.by}" if row.by else ""
    kept = f"{count(waiting, 'message')} kept back"
    return f"{said(row.scope)} is paused {end}{who}: {kept}"


def said(scope: str) -> str:
    """A pause's scope in words."""
    kind, _, name = scope.partition(":")
    return f"{kind} {name}" if name else "everything"


def _rules(settings: "Settings") -> dict[str, str]:
    """The rules' names by their ids; one that is broken just now is live as it was."""
    from wirewatch.desk.watch import load_watch

    watch = load_watch(settings.watch, settings.zone)
    present = {rule_id: rule_id for kind, rule_id in watch.files if kind == "rules"}
    return present | {rule.rule_id: rule.name for rule in watch.rules}


def _rule_id(settings: "Settings", rule: str) -> str:
    """The id of the rule of that id or name; as typed where there is none."""
    from wirewatch.desk.known_rules import rule_meant

    return rule_meant(rule, _rules(settings)) or rule


def _check_names(
    settings: "Settings", rule: str | None, story: str | None, channel: str | None
) -> None:
    """Refuse a name that nobody has: a misspelt pause would keep nothing back."""
    from wirewatch.desk.feedback import is_told
    from wirewatch.desk.known_rules import no_rule
    from wirewatch.desk.steps import channels_of
    from wirewatch.desk.watch import load_watch

    if rule and rule not in (known := _rules(settings)):
        raise click.UsageError(no_rule(rule, known))
    if story and not is_told(settings.store, story):
        how = "`wirewatch alerts --json` has the ids"
        raise click.UsageError(f"no alert is of a story “{story}”: {how}.")
    if channel:
        watch = load_watch(settings.watch, settings.zone)
        _known("channel", channel, [c.name for c in channels_of(watch, settings)])


def _known(kind: str, name: str | None, names: Iterable[str]) -> None:
    from wirewatch.forms import suggest

    known = list(names)
    if name is None or name in known:
        return
    near = suggest(name, known)
    hint = f" Did you mean “{near}”?" if near else ""
    raise click.UsageError(f"there is no {kind} “{name}”.{hint}")


def read_until(text: str, now: datetime, zone: tzinfo) -> datetime:
    """`8h` from now, the next `18:00`, or a day and time of the desk's zone.

    Raises click.UsageError for what is no time, or is over.
    """
    from wirewatch.rules.values import read_moment

    given = text.strip()
    here = now.astimezone(zone)
    if span := re.fullmatch(r"(\d{1,4}) ?([mhd])", given):
        return now + int(span[1]) * _UNITS[span[2]]
    if clock := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", given):
        at = time(int(clock[1]), int(clock[2]), tzinfo=zone)
        today = datetime.combine(here.date(), at)
        later = today if today > here else datetime.combine(here.date() + timedelta(days=1), at)
        return later.astimezone(UTC)
    try:
        moment = read_moment(given)
    except ValueError as error:
        how = "Write 18:00, 8h, 2d or 2024-02-09 08:00."
        raise click.UsageError(f"--until “{text}” is no time. {how}") from error
    end = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    if end <= now:
        raise click.UsageError(f"--until “{text}” is over already.")
    return end
