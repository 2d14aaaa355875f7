"""Where raw pages are kept: compressed, in a folder or wherever fsspec can write.

A page's name is made of its address key and its content, so the same page is kept once and the
name tells nothing of the address.
"""

import os
import posixpath
import threading
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from wirewatch.articles.canonical import url_key
from wirewatch.text import digest

_ENDING: Final = ".html.zst"
_LEVEL: Final = 6
_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. Safe to use from several threads and processes."""

    files: Any
    root: str

    def put(self, url: str, page: bytes) -> str:
        """The name under which the page is now kept; the same page again is not written."""
        import zstandard

        name = f"{_folder(url)}/{blake2b(page, digest_size=10).hexdigest()}{_ENDING}"
        path = self._path(name)
        if self.files.exists(path):
            return name
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(page)
        self.files.makedirs(posixpath.dirname(path), exist_ok=True)
        if "file" not in self.files.protocol:
            self.files.pipe_file(path, packed)
            return name
        # Whole or not at all: a reader in the folder never meets half a page.
        half = Path(f"{path}.{os.getpid()}-{threading.get_ident()}")
        try:
            self.files.pipe_file(str(half), packed)
            half.replace(path)
        except OSError:  # a full disk
            half.unlink(missing_ok=True)
            raise
        return name

    def get(self, name: str) -> bytes:
        """The page of that name. Raises FileNotFoundError if it is not, or no longer, kept."""
        import zstandard

        with self.files.open(self._path(name), "rb") as file:
            packed = file.read()
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)

    def names(self, url: str) -> list[str]:
        """The names of all that is kept of an address, in no order that means anything."""
        return sorted(name for name in self._all_names(url) if name.endswith(_ENDING))

    def forget(self, url: str) -> int:
        """Delete all that is kept of an address; how many pages that was.

        Half a page that a crash left behind goes too.
        """
        names = self._all_names(url)
        for name in names:
            self.files.rm_file(self._path(name))
        return sum(name.endswith(_ENDING) for name in names)

    def _all_names(self, url: str) -> list[str]:
        folder = self._path(_folder(url))
        if not self.files.exists(folder):
            return []
        # Object stores answer from memory unless they are told that others write too.
        self.files.invalidate_cache()
        found = self.files.ls(folder, detail=False)
        return [f"{_folder(url)}/{posixpath.basename(str(path))}" for path in found]

    def _path(self, name: str) -> str:
        return posixpath.join(self.root, name)


def open_archive(where: str) -> Archive:
    """The archive at an fsspec URL (`file:///var/pages`, `s3://bucket/pages`, `memory://`).

    Raises ValueError for a kind of place that nothing installed can write to.
    """
    from fsspec.core import url_to_fs

    try:
        files, root = url_to_fs(where)
    except ImportError as error:
        raise ValueError(f"the archive {where.split(':')[0]}: needs a package: {error}") from None
    return Archive(files, root.rstrip("/"))


def _folder(url: str) -> str:
    """Two letters, then the hash of the address: no folder of a file system grows too large."""
    hashed = digest("page", url_key(url))
    return f"{hashed[:2]}/{hashed}"
