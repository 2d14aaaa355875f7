"""`wirewatch channels`: where alerts go and how that fares; `test` says what is wrong with one."""

import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.shapes import time_out
from wirewatch.text import count

if TYPE_CHECKING:
    from wirewatch.desk.settings import Settings
    from wirewatch.desk.watch import Watch
    from wirewatch.records import Channel


@click.group(invoke_without_command=True)
@watch_option
@json_option
@click.pass_context
def command(context: click.Context, watch_folder: Path | None, as_json: bool) -> None:
    """The channels: where each leads, which rules send there, how it fares.

    \b
      wirewatch channels
      wirewatch channels test gaza-desk
    """  # noqa: D301 - click's own mark
    if context.invoked_subcommand:
        return
    settings, watch, channels = _written(watch_folder)
    rows = _standing(settings, watch, channels)
    if as_json:
        for row in rows:
            write_line({**row, "not_well_since": time_out(row["not_well_since"])})
        return
    if not rows:
        click.echo("No rule sends anywhere yet: write `send: {to: NAME}` in a rule.")
    for row in rows:
        click.echo(_line(row))


@command.command(short_help="Say what is wrong with a channel, or post a test message.")
@click.argument("name")
@watch_option
@click.option("--quietly", is_flag=True, help="Only look: post no test message.")
def test(name: str, watch_folder: Path | None, quietly: bool) -> None:
    """Say exactly what is wrong with a channel and how to mend it; post a test message if nothing.

    \b
      wirewatch channels test gaza-desk
      wirewatch channels test gaza-desk --quietly
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.channel_trial import try_channel
    from wirewatch.desk.steps import secrets_of

    settings, _, channels = _written(watch_folder)
    channel = _named(name, channels)
    wrong = try_channel(channel, secrets_of(settings), post=not quietly)
    if wrong:
        click.echo(f"channel {name} ({_where(channel)}): {wrong}", err=True)
        sys.exit(1)
    done = "nothing is wrong" if quietly else "nothing is wrong, and a test message was posted"
    click.echo(f"channel {name} ({_where(channel)}): {done}.")


def _written(watch_folder: Path | None) -> "tuple[Settings, Watch, list[Channel]]":
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.steps import channels_of
    from wirewatch.desk.watch import load_watch

    settings = from_environment(watch=watch_folder)
    watch = load_watch(settings.watch, settings.zone)
    return settings, watch, channels_of(watch, settings)


def _named(name: str, channels: "list[Channel]") -> "Channel":
    from wirewatch.forms import suggest

    known = {channel.name: channel for channel in channels}
    if name in known:
        return known[name]
    near = suggest(name, list(known))
    hint = f" Did you mean “{near}”?" if near else " `wirewatch channels` lists them."
    raise click.UsageError(f"there is no channel “{name}”.{hint}")


def _standing(
    settings: "Settings", watch: "Watch", channels: "list[Channel]"
) -> list[dict[str, Any]]:
    """Each channel's facts, those of the store included."""
    from wirewatch.store import open_store
    from wirewatch.store.deliveries import channel_states
    from wirewatch.store.outbox import database_now
    from wirewatch.store.waiting import ailing, pauses

    with open_store(settings.store) as store, store.read() as connection:
        ill = {row.about: row for row in ailing(connection)}
        paused = {row.scope for row in pauses(connection, database_now(connection))}
        states = channel_states(connection)
    rows = []
    for channel in channels:
        many = states.get(channel.name, {})
        trouble = ill.get(f"channel {channel.name}")
        rows.append(
            {
                "channel": channel.name,
                "kind": channel.kind,
                "address": list(channel.address),
                "rules": [r.rule_id for r in watch.rules if channel.name in r.send.to],
                "sent": many.get("posted", 0) + many.get("swept", 0),
                "waiting": sum(many.get(s, 0) for s in ("held", "pending", "sending", "unknown")),
                "refused": many.get("dead", 0),
                "paused": bool(paused & {"all", f"channel:{channel.name}"}),
                "not_well_since": trouble.since if trouble else None,
                "says": trouble.says if trouble else None,
            }
        )
    return rows


def _where(channel: "Channel") -> str:
    return f"{channel.kind} {' '.join(channel.address)}".strip()


def _line(row: dict[str, Any]) -> str:
    where = f"{row['kind']} {' '.join(row['address'])}".strip()
    counted = ", ".join(f"{row[key]} {key}" for key in ("sent", "waiting", "refused") if row[key])
    said = [f"{row['channel']}: {where}", count(len(row["rules"]), "rule")]
    said += [counted] if counted else []
    said += ["paused"] if row["paused"] else []
    if row["says"]:
        since = row["not_well_since"].astimezone(UTC)
        said.append(f"not well since {since:%d %b %H:%M} UTC: {row['says']}")
    return " · ".join(said)
