"""The archive of raw pages on S3: a stand-in on loopback, if the two packages are there.

`s3://` takes the package s3fs, which a desk that keeps its pages in a folder does not need; the
stand-in is moto's. To run this: an environment with `s3fs` and `moto[s3,server]` beside ours.
"""

from collections.abc import Iterator

import pytest

from wirewatch.store.archive import Archive, open_archive

WHY = "NOT INSTALLED HERE: pages on S3 are untested"
pytest.importorskip("s3fs", reason=f"s3fs {WHY}")
moto = pytest.importorskip("moto.server", reason=f"moto {WHY}")

URL = "https://post.example/world/quay"
PAGE = b"<html>" + b"The east quay is closed. " * 400 + b"</html>"


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "desk")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "none")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        opened = open_archive("s3://raw/pages")
        opened.files.mkdir("raw")
        yield opened
    server.stop()


def test_pages_are_kept_once_come_back_and_are_forgotten(archive: Archive) -> None:
    name = archive.put(URL, PAGE)
    assert archive.put(URL, PAGE) == name
    edited = archive.put(URL, PAGE + b"<!-- edited -->")
    assert archive.get(name) == PAGE
    assert archive.names(URL) == sorted([name, edited])
    size = archive.files.info(f"raw/pages/{name}")["size"]
    assert size < len(PAGE) / 10
    assert archive.forget(URL) == 2
    assert archive.names(URL) == []
    with pytest.raises(FileNotFoundError):
        archive.get(name)


def test_what_another_worker_wrote_is_seen(archive: Archive) -> None:
    archive.put(URL, PAGE)
    other = open_archive("s3://raw/pages")
    other.put(URL, PAGE + b"later")
    assert len(archive.names(URL)) == 2
    assert archive.forget(URL) == 2
    assert other.names(URL) == []
