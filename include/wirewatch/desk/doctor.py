"""Is everything well, and what is to be done if not? Looks at all parts, changes none.

Each check answers with findings. A check that breaks is itself a finding, so that one part that is
down does not hide what the others say.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from wirewatch.alerts.delivery import State
from wirewatch.desk.channel_trial import try_channel
from wirewatch.desk.health import feed_trouble
from wirewatch.desk.settings import Settings
from wirewatch.desk.steps import channels_of, secrets_of
from wirewatch.desk.watch import load_watch
from wirewatch.store import hard_cases, open_store
from wirewatch.store.articles import waiting_count
from wirewatch.store.feeds import feed_rows
from wirewatch.store.outbox import database_now
from wirewatch.store.outbox_tables import DELIVERY, REFUSED
from wirewatch.store.runs import last_finished
from wirewatch.store.upgrade import head, stands_at
from wirewatch.store.waiting import ailing, pauses
from wirewatch.text import count

State_ = Literal["well", "look", "ill"]
LATE_PASS: Final = timedelta(minutes=10)
CLOCKS_APART: Final = timedelta(seconds=5)
LEAST_SPACE: Final = 1_000_000_000  # bytes
LONG_QUEUE: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look found: `well`, worth a `look`, or `ill`; `mend` says what to do."""

    about: str
    state: State_
    says: str
    mend: str = ""


class _NotReady(Exception):  # noqa: N818 - the check of the database tells it
    """The store has other tables than this Wirewatch reads, or none."""


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings, pages: str = "") -> Iterator[Finding]:
    """All findings, part by part. `pages` is the address of the desk's pages, if they are up."""
    for check in (database, disk, files, passes, queues, feeds, channels, model):
        try:
            yield from check(settings)
        except _NotReady:
            continue
        except (SQLAlchemyError, OSError, ValueError) as error:
            said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            yield Finding(about=check.__name__, state="ill", says=said, mend=_MENDS[check.__name__])
    if pages:
        yield _pages(pages)


_MENDS: Final = {
    "database": "Is the database running? WIREWATCH_STORE names it: make status, make up",
    "disk": "Make room, or name another place in WIREWATCH_ARCHIVE",
    "files": "Does WIREWATCH_WATCH name the editors' folder?",
    **dict.fromkeys(("passes", "queues", "feeds", "channels", "model"), "See the line above"),
}


def database(settings: Settings) -> Iterator[Finding]:
    """Whether it answers, is up to date, and tells this machine's time."""
    with open_store(settings.store, migrate=False) as store:
        kind = store.engine.dialect.name
        before = time.monotonic()
        with store.read() as connection:
            step = stands_at(connection)
            now = database_now(connection)
        took = (time.monotonic() - before) * 1000
    if step is None:
        yield Finding(
            about="database", state="look", says=f"{kind} answers, and holds no tables yet",
            mend="The first pass makes them: wirewatch run --once, or make up",
        )  # fmt: skip
        return
    if step == head():
        says = f"{kind} answers in {took:.0f} ms, schema {step} is the newest"
        yield Finding(about="database", state="well", says=says)
    else:
        behind = step < head()
        yield Finding(
            about="database", state="look" if behind else "ill",
            says=f"its schema is {step}, this Wirewatch knows {head()}",
            mend="The next pass brings it up to date" if behind else "Update Wirewatch",
        )  # fmt: skip
    apart = abs(now - datetime.now(UTC))
    if apart > CLOCKS_APART:
        yield Finding(
            about="clocks", state="ill",
            says=f"the database's clock and this machine's are {apart.total_seconds():.0f} s apart",
            mend="Let both follow a time server (timedatectl set-ntp true)",
        )  # fmt: skip
    else:
        yield Finding(about="clocks", state="well", says="the database and this machine agree")


def disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room where the store and the raw pages are."""
    places = {}
    if settings.store.startswith("sqlite:///"):
        places["store"] = Path(settings.store.removeprefix("sqlite:///"))
    if settings.archive.startswith("file://"):
        places["archive"] = Path(urlsplit(settings.archive).path)
    for name, path in places.items():
        there = next(one for one in (path, *path.parents) if one.exists())
        free = shutil.disk_usage(there).free
        state: State_ = "well" if free > LEAST_SPACE else "ill"
        mend = "" if state == "well" else _MENDS["disk"]
        says = f"{free / 1e9:.1f} GB free for the {name} ({there})"
        yield Finding(about="disk", state=state, says=says, mend=mend)


def files(settings: Settings) -> Iterator[Finding]:
    """Whether what the editors wrote is well written."""
    watch = load_watch(settings.watch, settings.zone)
    counted = f"{count(len(watch.rules), 'rule')}, {count(len(watch.feeds), 'feed')}"
    if watch.errors:
        first = watch.errors[0]
        yield Finding(
            about="files", state="ill",
            says=f"{count(len(watch.errors), 'mistake')}, the first in {first.file}:{first.line}: "
            f"{first.message}",
            mend=f"wirewatch check {settings.watch}; until then their last good version is live",
        )  # fmt: skip
    else:
        yield Finding(about="files", state="well", says=f"{counted}, no mistakes")
    if not any(feed.enabled for feed in watch.feeds):
        yield Finding(
            about="feeds", state="look", says="no feed is switched on",
            mend="wirewatch feeds add ADDRESS, or “enabled: yes” in feeds/",
        )  # fmt: skip


def passes(settings: Settings) -> Iterator[Finding]:
    """Whether passes come, and when the last one ended."""
    with _reading(settings) as connection:
        now = database_now(connection)
        last = last_finished(connection, "deliver")
        kept_back = pauses(connection, now)
    if last is None:
        says, state = "no pass has ended yet", "look"
    else:
        says = f"the last pass ended {_long(now - last)} ago"
        state = "well" if now - last < LATE_PASS else "ill"
    mend = "" if state == "well" else (
        "Is the DAG “watch” paused, or Airflow down? make status; wirewatch run --once does one"
    )  # fmt: skip
    yield Finding(about="passes", state=state, says=says, mend=mend)  # type: ignore[arg-type]
    if kept_back:
        yield Finding(
            about="pauses", state="look", says=f"kept back by {count(len(kept_back), 'pause')}",
            mend="wirewatch pause lists them and ends them",
        )  # fmt: skip


def queues(settings: Settings) -> Iterator[Finding]:
    """What waits to be judged or sent, and what was refused or set aside."""
    with _reading(settings) as connection:
        waiting = waiting_count(connection, but=hard_cases.aside())
        counted = select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state)
        states = {row[0]: row[1] for row in connection.execute(counted)}
        oldest = connection.execute(
            select(func.min(DELIVERY.c.not_before)).where(
                DELIVERY.c.state.in_((State.PENDING, State.UNKNOWN))
            )
        ).scalar()
        refused = select(func.count()).select_from(DELIVERY).where(REFUSED)
        dead = connection.execute(refused).scalar_one()
        now = database_now(connection)
        aside = sum(case.set_aside_at is not None for case in hard_cases.cases(connection))
    owed = states.get(State.PENDING, 0) + states.get(State.UNKNOWN, 0)
    yield Finding(
        about="queues", state="look" if waiting > LONG_QUEUE else "well",
        says=f"to be judged: {count(waiting, 'article')}; to be sent: {count(owed, 'message')}",
        mend="docs/operations.md says what more workers do" if waiting > LONG_QUEUE else "",
    )  # fmt: skip
    if oldest is not None and now - oldest > LATE_PASS:
        yield Finding(
            about="delivery", state="ill", says=f"a message has waited for {_long(now - oldest)}",
            mend="wirewatch alerts shows what keeps it; wirewatch channels test NAME",
        )  # fmt: skip
    if dead:
        yield Finding(
            about="delivery", state="ill", says=f"refused for good: {count(dead, 'message')}",
            mend="wirewatch alerts says why; once mended: wirewatch alerts retry all",
        )  # fmt: skip
    if aside:
        yield Finding(
            about="articles", state="look", says=f"could not be judged: {count(aside, 'article')}",
            mend="wirewatch aside shows them; wirewatch aside retry tries them again",
        )  # fmt: skip


def feeds(settings: Settings) -> Iterator[Finding]:
    """How many feeds fail or are silent, and which."""
    watch = load_watch(settings.watch, settings.zone)
    on = {feed.feed_id: feed for feed in watch.feeds if feed.enabled}
    with _reading(settings) as connection:
        rows = feed_rows(connection)
        ill = ailing(connection)
    now = datetime.now(UTC)
    troubled = [
        (on[row.feed.feed_id].publisher, says)
        for row in rows
        if row.feed.feed_id in on and (says := feed_trouble(row, now))
    ]
    if troubled:
        publisher, says = troubled[0]
        yield Finding(
            about="feeds", state="look",
            says=f"{len(troubled)} of {len(on)} in trouble, among them {publisher}: {says}",
            mend="wirewatch feeds lists all; wirewatch feeds try ADDRESS asks one",
        )  # fmt: skip
    elif on:
        off = len(watch.feeds) - len(on)
        switched = f", {off} switched off" if off else ""
        failed = sum(bool(row.trouble) for row in rows if row.feed.feed_id in on)
        if failed:
            says = f"{failed} of {len(on)} failed when last asked, none for long{switched}"
            mend = "wirewatch feeds says what is wrong"
            yield Finding(about="feeds", state="look", says=says, mend=mend)
        else:
            says = f"none of {len(on)} is in trouble{switched}"
            yield Finding(about="feeds", state="well", says=says)
    for one in ill:
        if not one.about.startswith("feed "):
            yield Finding(about=one.about, state="ill", says=one.says)


def channels(settings: Settings) -> Iterator[Finding]:
    """Whether each channel can be reached; nothing is posted."""
    watch = load_watch(settings.watch, settings.zone)
    for channel in channels_of(watch, settings):
        wrong = try_channel(channel, secrets_of(settings), post=False)
        yield Finding(
            about=f"channel {channel.name}", state="ill" if wrong else "well",
            says=wrong or f"{channel.kind} takes messages",
            mend=f"wirewatch channels test {channel.name}" if wrong else "",
        )  # fmt: skip


def model(settings: Settings) -> Iterator[Finding]:
    """Whether the language model that is named is there."""
    name = settings.model.strip()
    if name.lower() in ("", "none"):
        yield Finding(about="model", state="well", says="none is named, none is needed")
    elif name.isidentifier() and find_spec(name) is not None:
        yield Finding(about="model", state="well", says=f"{name} is installed")
    else:
        yield Finding(
            about="model", state="ill", says=f"“{name}” is not installed",
            mend=f"pip install {name.replace('_', '-')}, or WIREWATCH_MODEL=none",
        )  # fmt: skip


def _pages(address: str) -> Finding:
    """Whether the pages in Airflow answer as ours: a broken plugin is silent otherwise."""
    from urllib.error import URLError
    from urllib.request import ProxyHandler, build_opener

    try:
        with build_opener(ProxyHandler({})).open(f"{address}/health", timeout=30) as answer:
            well = b'"wirewatch"' in answer.read(200)
    except (URLError, OSError, ValueError) as error:
        return Finding(
            about="pages", state="ill", says=f"{address} does not answer ({error})",
            mend="make status; then the api-server's log",
        )  # fmt: skip
    if well:
        return Finding(about="pages", state="well", says=f"{address} answers")
    return Finding(
        about="pages", state="ill", says=f"{address} is Airflow's, without the desk's pages",
        mend="The plugin is broken: the api-server's log says why (airflow plugins)",
    )  # fmt: skip


@contextmanager
def _reading(settings: Settings) -> Iterator[Connection]:
    """The store, as it is: to bring its tables up to date would be a change.

    Raises _NotReady if they are not those that this Wirewatch reads.
    """
    with open_store(settings.store, migrate=False) as store, store.read() as connection:
        if stands_at(connection) != head():
            raise _NotReady
        yield connection


def _long(span: timedelta) -> str:
    seconds = max(0.0, span.total_seconds())
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
