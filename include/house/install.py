"""`make install`: the environment in `.venv`, from the pinned and hashed lists, and nothing else.

Runs on a bare Python (3.11 or newer) with its standard library only; says in one sentence what a
machine lacks and the command that mends it.
"""

import argparse
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from house import say
from house.places import Places, checkout

LISTS = {"run": "requirements.txt", "check": "requirements-dev.txt"}


def main() -> None:
    """Make the environment, or find that it is as it should be."""
    parser = argparse.ArgumentParser(description="Make .venv from the pinned lists.")
    parser.add_argument("--check", action="store_true", help="with what the checks need")
    arguments = parser.parse_args()
    places = checkout()
    kind = "check" if arguments.check or _installed(places)[:1] == ["check"] else "run"
    if _installed(places) == [kind, _mark(places, kind)]:
        return
    _look_for_venv()
    say.line(f"Environment in {places.venv}")
    try:
        _make(places, kind)
    except subprocess.CalledProcessError as error:
        say.give_up(
            f"This step failed: {' '.join(map(str, error.cmd))}\n"
            "If a package could not be fetched, look at the network and run make install again."
        )


def _make(places: Places, kind: str) -> None:
    stamp = places.venv / "installed"
    stamp.unlink(missing_ok=True)
    if not places.python.exists():
        with say.step("Virtual environment"):
            subprocess.run([sys.executable, "-m", "venv", str(places.venv)], check=True)
    uv = places.venv / "bin" / "uv"
    pinned = _block(places, "uv")
    if not uv.exists() or pinned.split()[0].removeprefix("uv==") not in _version(uv):
        with say.step("uv, the installer"):
            _pip(places, pinned)
    say.line(f"  Packages of {LISTS[kind]}, checked by their hashes (up to a minute or two)")
    _uv(places, "sync", "--require-hashes", "--compile-bytecode", LISTS[kind])
    with say.step("Wirewatch itself"):
        _uv(places, "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".")
        # Each task of Airflow is a new process: bytecode halves its start.
        compiled = [str(places.python), "-m", "compileall", "-q", "include"]
        subprocess.run(compiled, check=True, cwd=places.checkout)
    stamp.write_text(f"{kind} {_mark(places, kind)}\n", encoding="utf-8")


def _look_for_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        before = "" if os.geteuid() == 0 else "sudo "
        say.give_up(
            "This Python cannot make virtual environments. On Debian and Ubuntu, run\n\n"
            f"    {before}apt-get install -y python3-venv\n\nand then make install again."
        )


def _block(places: Places, package: str) -> str:
    """One package's lines of the list, with its hashes."""
    text = (places.checkout / LISTS["check"]).read_text(encoding="utf-8")
    found = re.search(rf"^{package}==.*?(?=^\S)", text + "\nend", re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"{LISTS['check']} does not pin {package}: run make lock")
    return "\n".join(line for line in found[0].splitlines() if "#" not in line)


def _pip(places: Places, pinned: str) -> None:
    file = places.venv / "uv.txt"
    file.write_text(pinned + "\n", encoding="utf-8")
    pip = [str(places.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(file)], check=True)


def _uv(places: Places, *arguments: str) -> None:
    """Run uv. On a terminal it shows its own progress; in a log, its steps without 200 names."""
    environment = {**os.environ, "VIRTUAL_ENV": str(places.venv)}
    if not os.access(Path.home(), os.W_OK):  # a service account: no place for uv's cache
        environment.setdefault("UV_CACHE_DIR", str(places.venv / "cache"))
    command = [str(places.venv / "bin" / "uv"), "pip", *arguments]
    if sys.stderr.isatty():
        subprocess.run(command, check=True, cwd=places.checkout, env=environment)
        return
    with subprocess.Popen(
        command, cwd=places.checkout, env=environment, stderr=subprocess.PIPE, text=True
    ) as uv:
        for line in uv.stderr or ():
            if line[:3] not in (" + ", " - ", " ~ "):
                say.line(f"    {line.rstrip()}")
    if uv.returncode:
        raise subprocess.CalledProcessError(uv.returncode, command)


def _version(uv: Path) -> str:
    try:
        return subprocess.run([str(uv), "--version"], capture_output=True, text=True).stdout
    except OSError:
        return ""


def _installed(places: Places) -> list[str]:
    stamp = places.venv / "installed"
    return stamp.read_text(encoding="utf-8").split() if stamp.exists() else []


def _mark(places: Places, kind: str) -> str:
    """A mark of all that the environment is made from."""
    mark = hashlib.sha256()
    for name in (LISTS[kind], "pyproject.toml"):
        mark.update((places.checkout / name).read_bytes())
    return mark.hexdigest()[:16]


if __name__ == "__main__":
    main()
