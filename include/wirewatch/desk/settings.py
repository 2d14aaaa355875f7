"""What an operator sets: the environment, then what `make up` wrote to `.airflow/env`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CHECKOUT = Path(__file__).resolve().parents[3]
WATCH = Path("include/watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One run's settings. What may be a secret is left out of `repr`."""

    watch: Path
    store: str = field(repr=False)
    archive: str
    allow: tuple[str, ...] = ()
    contact: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    model: str = "none"
    window_days: int = 30
    keep_days: int = 365
    at_once: int = 1
    slack_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_url: str = "https://slack.com/api/"
    smtp_url: str | None = field(default=None, repr=False)
    console_file: Path | None = None
    logins: Mapping[str, str] = field(default_factory=dict, repr=False)


class BadSetting(ValueError):  # noqa: N818 - said to people as it is
    """A value that cannot be meant; the message names the variable and what to write."""


def from_environment(
    environment: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
    watch: Path | None = None,
) -> Settings:
    """The settings that hold in `folder` (default: here). The environment wins over the file.

    `watch` is the editors' folder if the caller was told it.

    Raises BadSetting, in words for an operator, when a value cannot be meant.
    """
    folder = folder or Path.cwd()
    given = dict(os.environ if environment is None else environment)
    known = {**written(folder), **given}
    home = state_folder(folder) or folder / ".airflow"
    return Settings(
        watch=watch or Path(known.get("WIREWATCH_WATCH") or _watch_folder(folder)),
        store=known.get("WIREWATCH_STORE") or f"sqlite:///{home}/wirewatch.sqlite",
        archive=known.get("WIREWATCH_ARCHIVE") or f"file://{home}/pages",
        allow=_list(known.get("WIREWATCH_ALLOW")),
        contact=known.get("WIREWATCH_CONTACT") or "",
        zone=_zone(known.get("WIREWATCH_TIMEZONE") or "UTC"),
        model=known.get("WIREWATCH_MODEL") or "none",
        window_days=_days(known, "WIREWATCH_WINDOW_DAYS", 30),
        keep_days=_days(known, "WIREWATCH_KEEP_DAYS", 365),
        at_once=_number(known, "WIREWATCH_AT_ONCE", 1, "of tasks"),
        slack_token=known.get("WIREWATCH_SLACK_TOKEN") or None,
        slack_app_token=known.get("WIREWATCH_SLACK_APP_TOKEN") or None,
        slack_url=known.get("WIREWATCH_SLACK_URL") or "https://slack.com/api/",
        smtp_url=known.get("WIREWATCH_SMTP_URL") or None,
        console_file=Path(console) if (console := known.get("WIREWATCH_CONSOLE")) else None,
        logins={
            name.removeprefix("WIREWATCH_LOGIN_").lower().replace("_", "-"): value
            for name, value in known.items()
            if name.startswith("WIREWATCH_LOGIN_")
        },
    )


def written(folder: Path) -> dict[str, str]:
    """What `make up` wrote for this checkout: `NAME=value` lines, or nothing."""
    for parent in (folder, *folder.parents):
        path = parent / ".airflow" / "env"
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            pairs = (line.partition("=") for line in lines if "=" in line and line[0] != "#")
            return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}
    return {}


def state_folder(folder: Path) -> Path | None:
    """The `.airflow` of the checkout that `folder` lies in, else of the package's own; or None."""
    for root in (folder, *folder.parents, CHECKOUT):
        if (root / WATCH).is_dir():
            return root / ".airflow"
    return None


def _watch_folder(folder: Path) -> Path:
    for root in (folder, *folder.parents, CHECKOUT):
        if (root / WATCH).is_dir():
            return root / WATCH
    return folder / WATCH


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadSetting(
            f"WIREWATCH_TIMEZONE: there is no time zone “{name}”. Write one like Europe/London."
        ) from None


def _days(known: Mapping[str, str], name: str, default: int) -> int:
    return _number(known, name, default, "of days")


def _number(known: Mapping[str, str], name: str, default: int, of: str) -> int:
    text = known.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise BadSetting(f"{name} is a number {of}, at least 1, not “{text}”.")
    return int(text)
