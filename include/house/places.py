"""Where everything of one checkout lives: nothing outside it but, at need, a folder for sockets."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A unix socket's path holds 107 bytes; supervisor adds a dot and a process id while it binds.
LONGEST_SOCKET_FOLDER = 107 - len("/supervisor.sock.1234567")


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files of one checkout."""

    checkout: Path

    @property
    def home(self) -> Path:
        """What the running house keeps: AIRFLOW_HOME, databases, logs, keys."""
        return self.checkout / ".airflow"

    @property
    def venv(self) -> Path:
        """The environment that `make install` makes."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        """What each part wrote."""
        return self.home / "logs"

    @property
    def sockets(self) -> Path:
        """A folder of our own for unix sockets, in the checkout if its path is short enough."""
        inside = self.home / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        mark = hashlib.sha256(os.fsencode(self.checkout)).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"wirewatch-{os.getuid()}-{mark}"


def checkout() -> Places:
    """The checkout that this file stands in."""
    return Places(Path(__file__).resolve().parents[2])


def private_folder(path: Path) -> Path:
    """The folder, made if need be, closed to everybody else.

    Raises PermissionError if somebody else made it before us.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else; remove it and try again")
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read; a reader sees the old text or the new, never half."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
