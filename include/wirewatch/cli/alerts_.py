"""`wirewatch alerts`: what was told, what still waits, and what readers think of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option
from wirewatch.cli.shapes import alert_out, clock, time_out
from wirewatch.desk.settings import from_environment
from wirewatch.records import Alert
from wirewatch.store import Store, open_store
from wirewatch.text import count

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NO_ALERT = "no alert begins with “{}”, or several do: `wirewatch alerts` lists them."


@click.group(invoke_without_command=True)
@click.option(
    "--limit", default=30, show_default=True, type=click.IntRange(1), help="How many, newest first."
)
@click.option("--rule", help="Only those of this rule.")
@json_option
@click.pass_context
def command(context: click.Context, limit: int, rule: str | None, as_json: bool) -> None:
    """The alerts, newest first, and how their delivery stands.

    \b
      wirewatch alerts
      wirewatch alerts --rule rafah-operation --json
      wirewatch alerts retry gaza-desk
      wirewatch alerts ack 3f2a91c0 --by Ines
      wirewatch alerts judge 3f2a91c0 useful --by Ines
      wirewatch alerts rules
    """  # noqa: D301 - click's own mark
    if context.invoked_subcommand:
        return
    from wirewatch.store.feedback import by_alert
    from wirewatch.store.outbox import database_now, newest
    from wirewatch.store.waiting import ailing, pauses, takers

    settings = from_environment()
    store = open_store(settings.store)
    with store.read() as connection:
        rule = _meant(connection, rule) if rule else None
        found = newest(connection, limit, rule)
        ill = ailing(connection)
        taken = takers(connection, (alert.alert_id for alert, _ in found))
        judged = by_alert(connection, (alert.alert_id for alert, _ in found))
        paused = pauses(connection, database_now(connection))
    store.close()
    if as_json:
        for alert, deliveries in found:
            useful, noise = judged.get(alert.alert_id, (0, 0))
            more = {"taken_by": taken.get(alert.alert_id), "useful": useful, "noise": noise}
            rows = [_delivery_out(row) for row in deliveries]
            write_line({**alert_out(alert), **more, "deliveries": rows})
        return
    if not found:
        none = "No alerts yet. `wirewatch run --once` polls, reads and judges once."
        click.echo(f"No alerts of “{rule}” yet." if rule else none)
    else:
        _table(found, taken, judged, {row.scope for row in paused}, settings.zone)
    for row in paused:
        until = f"until {clock(row.until, settings.zone)}" if row.until else "until --off"
        click.echo(f"paused: {row.scope}, {until} (wirewatch pause)")
    for row in ill:
        click.echo(f"not well since {clock(row.since, settings.zone)}: {row.about}: {row.says}")


def _meant(connection: "Connection", rule: str) -> str:
    """The id of the rule that was named. Raises ClickException where there is none."""
    from wirewatch.desk.known_rules import no_rule, rule_meant, stored_rules

    known = stored_rules(connection)
    found = rule_meant(rule, known)
    if found is None and known:
        raise click.ClickException(no_rule(rule, known))
    return found or rule


@command.command(short_help="Try again what a channel refused.")
@click.argument("what")
def retry(what: str) -> None:
    """Try again what was refused: one alert by its id, a channel by its name, or `all`.

    \b
      wirewatch alerts retry gaza-desk
    """  # noqa: D301 - click's own mark
    from wirewatch.store.outbox import database_now, full_id
    from wirewatch.store.waiting import retry as try_again

    store = _store()
    with store.begin() as connection:
        asked = full_id(connection, what) or what
        many = try_again(connection, asked, database_now(connection))
    store.close()
    if not many:
        raise click.ClickException(f"nothing of “{what}” was refused.")
    click.echo(f"{many} to be tried again at the next delivery.")


@command.command()
@click.argument("alert_id")
@click.option("--by", "who", required=True, help="Who has it.")
def ack(alert_id: str, who: str) -> None:
    """Say that somebody has an alert in hand.

    \b
      wirewatch alerts ack 3f2a91c0 --by Ines
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.feedback import take

    store = _store()
    full = _full(store, alert_id)
    taken = take(store, full, who)
    said = _headline(store, full)
    store.close()
    if not taken:
        raise click.ClickException(_NO_ALERT.format(alert_id))
    click.echo(f"{who} has it: {said}")


@command.command(short_help="Say whether an alert was useful or noise.")
@click.argument("alert_id")
@click.argument("verdict", type=click.Choice(["useful", "noise"]))
@click.option("--by", "who", required=True, help="Who judges it; the last word of each counts.")
def judge(alert_id: str, verdict: Literal["useful", "noise"], who: str) -> None:
    """Say whether an alert was useful or noise, as the buttons in Slack do.

    \b
      wirewatch alerts judge 3f2a91c0 useful --by Ines
    """  # noqa: D301 - click's own mark
    from wirewatch.desk.feedback import say

    store = _store()
    full = _full(store, alert_id)
    kept = say(store, full, verdict, who)
    said = _headline(store, full)
    store.close()
    if not kept:
        raise click.ClickException(_NO_ALERT.format(alert_id))
    click.echo(f"{who} finds it {verdict}: {said}")


@command.command(short_help="How useful readers find each rule's alerts.")
@json_option
def rules(as_json: bool) -> None:
    """Each rule's alerts, and how useful its readers find them; the noisiest first.

    \b
      wirewatch alerts rules
    """  # noqa: D301 - click's own mark
    from wirewatch.store.feedback import by_rule, told_by_rule

    store = _store()
    with store.read() as connection:
        told, judged = told_by_rule(connection), by_rule(connection)
    store.close()
    rows = [(rule, many, *judged.get(rule, (0, 0))) for rule, many in told.items()]
    rows.sort(key=lambda row: (-row[3], -row[1], row[0]))
    for rule, many, useful, noise in rows:
        share = round(useful / (useful + noise), 3) if useful + noise else None
        if as_json:
            write_line(
                {"rule": rule, "alerts": many, "useful": useful, "noise": noise, "precision": share}
            )
            continue
        said = f"{useful} of {useful + noise} useful" if useful + noise else "nobody judged it yet"
        click.echo(f"{rule}: {count(many, 'alert')} · {said}")
    if not rows and not as_json:
        click.echo("No rule has told anything yet.")


def _full(store: Store, start: str) -> str:
    """The id of the one alert that begins like that, else what was typed."""
    from wirewatch.store.outbox import full_id

    with store.read() as connection:
        return full_id(connection, start) or start


def _headline(store: Store, alert_id: str) -> str:
    from wirewatch.alerts.wording import clean
    from wirewatch.store.outbox import alert_of

    with store.read() as connection:
        alert = alert_of(connection, alert_id)
    return clean(alert.headline, 120) if alert else ""


def _store() -> Store:
    return open_store(from_environment().store)


def _delivery_out(row: Any) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "state": row.state,
        "held": row.held,
        "due": time_out(row.not_before),
        "posted": time_out(row.posted_at),
        "attempts": row.attempts,
        "error": row.error,
    }


def _table(
    found: Sequence[tuple[Alert, Sequence[Any]]],
    taken: Mapping[str, str],
    judged: Mapping[str, tuple[int, int]],
    paused: set[str],
    zone: tzinfo,
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from wirewatch.alerts.wording import clean, counts

    table = Table(box=None, pad_edge=False)
    here = f"When ({datetime.now(zone):%Z})"
    for label in (here, "Alert", "", "What", "Carried by", "Delivery"):
        table.add_column(label)
    for alert, deliveries in found:
        done = [*_taken(alert, taken), *_judged(judged.get(alert.alert_id, (0, 0)))]
        table.add_row(
            f"{alert.at.astimezone(zone):%d %b %H:%M}",
            alert.alert_id[:8],
            "↳" if alert.kind == "update" else "●",
            Text(clean(alert.headline, 100) or "(taken down)"),
            Text(counts(alert)),
            Text("; ".join([*(_stands(d, alert, paused, zone) for d in deliveries), *done])),
        )
    Console().print(table)


def _taken(alert: Alert, taken: Mapping[str, str]) -> list[str]:
    return [f"{taken[alert.alert_id]} has it"] if alert.alert_id in taken else []


def _judged(counts: tuple[int, int]) -> list[str]:
    words = zip(counts, ("useful", "noise"), strict=True)
    return [f"{many} {word}" for many, word in words if many]


def _stands(row: Any, alert: Alert, paused: set[str], zone: tzinfo) -> str:
    """How one delivery stands, in words."""
    from wirewatch.store.outbox_tables import TAKEN_DOWN

    if row.state in ("posted", "swept"):
        return f"{row.channel}: sent{f', but {row.error}' if row.error else ''}"
    if row.state == "held":
        return f"{row.channel}: {row.held} until {row.not_before.astimezone(zone):%d %b %H:%M}"
    if row.state == "gathered":
        return f"{row.channel}: in a digest on its way"
    if row.state == "dead":
        refused = "not sent" if row.error == TAKEN_DOWN else "refused"
        return f"{row.channel}: {refused}, {row.error}"
    scopes = (f"rule:{alert.rule_id}", f"story:{alert.story}", f"channel:{row.channel}")
    if paused & {"all", *scopes}:
        return f"{row.channel}: kept back by a pause"
    return f"{row.channel}: waits{f', {row.error}' if row.error else ''}"
