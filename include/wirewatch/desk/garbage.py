"""How is much judged without walking the garbage again and again? Two settings of Python's own."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 20_000  # objects, some 4 MB; Python's own limit is 700, and a sentence makes hundreds


@contextmanager
def left_alone() -> Iterator[None]:
    """Keep the collector from walking all that is loaded, and what a sentence makes, too often.

    Rules, vocabulary and modules stay for the whole pass: walking them was up to a twelfth of it,
    and walking the words of sentences once more as much.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
