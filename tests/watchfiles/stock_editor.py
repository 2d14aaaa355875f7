"""yaml-language-server over its standard input and output, as an editor talks to it.

It is pinned in `editor/package.json`; `npm ci --ignore-scripts` in that folder fetches it.
"""

import itertools
import json
import select
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
SERVER = HERE / "editor/node_modules/yaml-language-server/bin/yaml-language-server"
SCHEMAS = Path(__file__).parents[2] / "include/watch/schema"
_PATIENCE = 60.0


def is_absent() -> str | None:
    """What is missing for it to run; None if all is there."""
    if shutil.which("node") is None:
        return "node is missing"
    return None if SERVER.exists() else f"no {SERVER.name}: run `npm ci` in {SERVER.parents[2]}"


class StockEditor:
    """An editor that opens files below `root`. Use it in a `with`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = itertools.count(1)
        self._told: dict[str, list[str]] = {}
        self._buffer = b""
        settings = {f"{(SCHEMAS / f'{kind}.schema.json').as_uri()}": globs(kind) for kind in KINDS}
        self._settings = {
            "yaml": {
                "validate": True,
                "schemas": settings,
                "schemaStore": {"enable": False, "url": ""},
                "kubernetesCRDStore": {"enable": False},
            }
        }

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        able = {"workspace": {"configuration": True}}
        root = self.root.as_uri()
        self._ask("initialize", {"processId": None, "rootUri": root, "capabilities": able})
        self._answer_until(lambda message: "result" in message)
        self._send({"method": "initialized", "params": {}})
        self._send(
            {"method": "workspace/didChangeConfiguration", "params": {"settings": self._settings}}
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def problems(self, paths: Iterable[Path]) -> dict[Path, list[str]]:
        """What it underlines in each of these files."""
        wanted = {path.as_uri(): path for path in paths}
        for uri, path in wanted.items():
            text = path.read_text(encoding="utf-8")
            document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        self._answer_until(lambda _: wanted.keys() <= self._told.keys())
        return {path: self._told[uri] for uri, path in wanted.items()}

    def _ask(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"id": next(self._numbers), "method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _answer_until(self, is_enough: Any) -> None:
        """Read what it says and answer what it asks, until that is enough."""
        until = time.monotonic() + _PATIENCE
        while True:
            message = self._next(until)
            if message.get("method") == "textDocument/publishDiagnostics":
                found = message["params"]
                self._told[found["uri"]] = [each["message"] for each in found["diagnostics"]]
            elif "method" in message and "id" in message:
                self._send({"id": message["id"], "result": self._result(message)})
            if is_enough(message):
                return

    def _result(self, message: Mapping[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item["section"]) for item in message["params"]["items"]]

    def _next(self, until: float) -> dict[str, Any]:
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        length = int(head.split(b":")[1]) if rest or b"\r\n\r\n" in self._buffer else -1
        while length < 0 or len(rest) < length:
            self._read(until)
            head, _, rest = self._buffer.partition(b"\r\n\r\n")
            length = int(head.split(b":")[1]) if b"\r\n\r\n" in self._buffer else -1
        self._buffer = rest[length:]
        found: dict[str, Any] = json.loads(rest[:length])
        return found

    def _read(self, until: float) -> None:
        assert self._process.stdout
        left = until - time.monotonic()
        if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
            raise TimeoutError(f"the editor said nothing for {_PATIENCE:.0f} seconds")
        part = self._process.stdout.read1(1 << 16)  # type: ignore[union-attr]
        if not part:
            raise ConnectionError("the editor ended")
        self._buffer += part


KINDS = ("rules", "vocabulary", "feeds", "channels")


def globs(kind: str) -> list[str]:
    """Which files a schema is for, by the folders of what editors write."""
    return ["channels.yaml"] if kind == "channels" else [f"{kind}/*.yaml"]
