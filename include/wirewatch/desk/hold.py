"""Hold what was leased while it is worked on: a thread renews it, and a failure gives it back.

A holder that is killed renews no more: what it had is free again when its lease ends.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from wirewatch.desk.log import event
from wirewatch.store import Store, leases

# What no row can bring about: the database or the disk was away. All of a batch may be tried again.
NO_ROWS_FAULT: Final = (OperationalError, InterfaceError, OSError)


@contextmanager
def held(
    store: Store,
    key: Column[str],
    keys: Sequence[str],
    until: datetime,
    one_writer: threading.Lock,
) -> Iterator[Sequence[datetime]]:
    """Hold the rows of these keys, leased until then; the times by which the store knows us.

    When the work ends in an exception, what is still ours is free at once, unless a row may be to
    blame: then the others go first, until the lease ends.
    """
    times, begun, is_over = [until], time.monotonic(), threading.Event()

    def renew_each_while() -> None:
        while not is_over.wait(leases.RENEWED_EACH.total_seconds()):
            times.append(until + timedelta(seconds=time.monotonic() - begun))
            try:
                with one_writer, store.begin() as connection:
                    leases.renew(connection, key, keys, times)
            except SQLAlchemyError as error:  # it is tried again, and the lease outlasts a few
                event("lease-not-renewed", why=type(error).__name__)

    renewing = threading.Thread(target=renew_each_while, daemon=True)
    renewing.start()
    try:
        yield times
    except BaseException as error:
        is_over.set()
        if not isinstance(error, Exception) or isinstance(error, NO_ROWS_FAULT):
            with suppress(SQLAlchemyError), one_writer, store.begin() as connection:
                leases.give_back(connection, key, keys, times)
        raise
    finally:
        is_over.set()
        renewing.join()
