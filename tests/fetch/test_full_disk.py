"""A disk that is full for a while: the pass ends in an error, the next one goes on.

The disk is a real one of a few megabytes, where we may mount such; else a limit on the
size of files stands for it.
"""

import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from misbehaving import Server, answer, conditional
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from test_killed_between_steps import ALLOW, WORDS, Desk, document, feed

from wirewatch.desk.poll import poll
from wirewatch.desk.read import read
from wirewatch.store import Store, articles, open_store
from wirewatch.store.archive import open_archive
from wirewatch.store.entries import ENTRY, ENTRY_VERSION
from wirewatch.store.feeds import feed_rows

NOW = datetime(2024, 2, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIZE = 6 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NO SMALL DISK CAN BE MOUNTED HERE (that takes root): only file limits tested")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill the disk to its last byte; delete the file to free it."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 512):
            pass
    return filler


def big_document(server: Server) -> bytes:
    """More than what a database has left over in its pages."""
    return document(server, 1, 400)


def test_a_full_disk_under_the_database_fails_the_pass_and_loses_no_entry(
    server: Server, disk: Path
) -> None:
    server.routes["/1"] = conditional(big_document(server), '"a"')
    store = open_store(f"sqlite:///{disk}/store.sqlite")
    filler = fill(disk)
    with pytest.raises(OperationalError, match=r"full|disk I/O"):
        poll(store, [feed(server, 1)], NOW, allow=ALLOW)
    filler.unlink()
    assert_the_next_pass_goes_on(store, server)
    store.close()


def test_a_full_disk_under_the_archive_fails_the_pass_and_loses_no_page(
    server: Server, disk: Path, tmp_path: Path
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    archive = open_archive(f"file://{disk}/pages")
    server.routes["/1"] = answer(200, document(server, 1, 1))
    server.routes["/page/1-0"] = answer(
        200, f"<html><body><article><h1>Ferry 1-0 sails</h1><p>{WORDS}</p></article></body></html>"
    )
    poll(store, [feed(server, 1)], NOW, allow=ALLOW)
    filler = fill(disk)
    with pytest.raises(OSError, match="No space left"):
        read(store, Desk(), NOW, allow=ALLOW, archive=archive)
    filler.unlink()
    report = read(store, Desk(), NOW + HOUR, allow=ALLOW, archive=archive)
    url = server.url("/page/1-0")
    assert report.read == 1
    [name] = archive.names(url)
    assert b"<article>" in archive.get(name), "half a page is never taken for a page"
    with store.read() as connection:
        assert len(articles.unjudged(connection)) == 1
    store.close()


def test_a_full_disk_played_by_a_limit_on_files_loses_no_entry(
    server: Server, tmp_path: Path
) -> None:
    server.routes["/1"] = conditional(big_document(server), '"a"')
    url = f"sqlite:///{tmp_path}/store.sqlite"
    store = open_store(url)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python's own start-up does
        most = max(path.stat().st_size for path in tmp_path.iterdir()) + 4096
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        poll(open_store(url, migrate=False), [feed(server, 1)], NOW, allow=ALLOW)

    assert raised_by(work) == "OperationalError"
    assert_the_next_pass_goes_on(store, server)
    store.close()


def raised_by(work: Callable[[], None]) -> str:
    """The name of the error that the work ends with, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            work()
            name = "nothing"
        except BaseException as error:
            name = type(error).__name__
        os.write(writing, name.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def assert_the_next_pass_goes_on(store: Store, server: Server) -> None:
    one = feed(server, 1)
    with store.read() as connection:
        assert connection.execute(select(ENTRY)).all() == []
        for row in feed_rows(connection, [one.feed_id]):
            assert (row.etag, row.last_good) == (None, None), "no validators without the entries"
    later = [poll(store, [one], NOW + hours * HOUR, allow=ALLOW) for hours in (1, 3)]
    assert [report.new for report in later] == [400, 0]
    assert [report.problems for report in later] == [[], []]
    with store.read() as connection:
        assert len(connection.execute(select(ENTRY)).all()) == 400
        assert len(connection.execute(select(ENTRY_VERSION)).all()) == 400
