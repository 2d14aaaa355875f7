"""`make down`: every part stopped, the last started first, and nothing left running."""

from house import say
from house.leftovers import sweep
from house.places import checkout
from house.watchman import Watchman


def main() -> None:
    """Stop everything of this checkout. What was stored stays in `.airflow`."""
    places = checkout()
    watchman = Watchman(places)
    with say.step("Stopping"):
        try:
            watchman.stop()
        except TimeoutError:
            say.tick()
        sweep(places)
    say.line("  Nothing of this checkout runs any more. What it stored stays in .airflow.")


if __name__ == "__main__":
    main()
