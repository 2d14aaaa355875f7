"""Several workers begin at the same moment on one new store: they take turns, and none fails."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from wirewatch.desk.watch import live_watch
from wirewatch.store import Store
from wirewatch.store.rules import good_items

WATCH = Path(__file__).parents[1] / "data" / "replay" / "watch"


def test_workers_that_see_new_rules_at_once_keep_each_of_them_once(store: Store) -> None:
    failed: list[BaseException] = []
    together = threading.Barrier(4)

    def begin() -> None:
        try:
            together.wait()
            live_watch(WATCH, store, datetime.now(UTC))
        except BaseException as error:  # seen by the main thread
            failed.append(error)

    workers = [threading.Thread(target=begin) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    with store.read() as connection:
        found = [(item.kind, item.item_id) for item in good_items(connection)]
    assert len(found) == len(set(found))
    assert ("rules", "velmar-operation") in found
