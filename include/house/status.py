"""`make status`: which parts run, and where to look."""

import json

from house import say
from house.places import checkout
from house.ports import LOOPBACK
from house.watchman import Watchman


def main() -> None:
    """One line a part; nothing runs without the supervisor. Exit 1 unless all parts run."""
    places = checkout()
    watchman = Watchman(places)
    if not watchman.is_running():
        say.line("  Nothing runs. make up starts it.")
        raise SystemExit(1)
    states = watchman.states()
    for name, state in states.items():
        say.line(f"  {name:14}{state.lower()}")
    port = json.loads((places.home / "house.json").read_text(encoding="utf-8"))["port"]
    say.line(f"  Airflow at http://{LOOPBACK}:{port}; what each part says is in {places.logs}")
    if set(states.values()) != {"RUNNING"}:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
