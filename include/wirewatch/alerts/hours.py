"""When quiet hours end, and when the next digest is due.

Wall-clock times of a zone: over midnight, and over the days when clocks change.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from wirewatch.records import Digest, QuietHours

_DAY = timedelta(days=1)


def end_of_quiet(quiet: QuietHours, now: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet hours that hold at `now` end, or None if it is not quiet.

    `start` equal to `end` is no quiet time at all. A time that the clocks skip in spring counts
    as the moment when it would have been; one that comes twice in autumn, each time.
    """
    local = now.astimezone(_zone(quiet.zone) if quiet.zone else zone)
    minute = local.hour * 60 + local.minute
    over_midnight = quiet.start > quiet.end
    if over_midnight:
        is_quiet = minute >= quiet.start or minute < quiet.end
    else:
        is_quiet = quiet.start <= minute < quiet.end
    if not is_quiet:
        return None
    if over_midnight and minute >= quiet.start:
        return _at(local + _DAY, quiet.end)
    return _at(local, quiet.end, fold=local.fold)


def next_digest(digest: Digest, now: datetime, zone: tzinfo) -> datetime:
    """The first time after `now` at which this digest goes out."""
    local = now.astimezone(zone)
    if digest.every == "hourly":
        # In UTC steps: an hour that comes twice in autumn has two digests.
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return now.astimezone(UTC) - past + timedelta(hours=1)
    day = local
    for _ in range(9):
        due = _at(day, digest.minute_of_day)
        if due > now and (digest.every == "daily" or day.weekday() == digest.weekday):
            return due
        day += _DAY
    raise ValueError(f"no weekday is number {digest.weekday}")


def _at(local: datetime, minute: int, *, fold: int = 0) -> datetime:
    hour, minute = divmod(minute, 60)
    if hour == 24:  # people write 24:00 for the end of a day
        local, hour = local + _DAY, 0
    wall = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=fold)
    return wall.astimezone(UTC)


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
