"""Whether the demo wire is started, and where: the editors' own `feeds/demo.yaml` says the address.

Delete that file, or set WIREWATCH_WATCH to a folder of your own, and `make up` starts no demo.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from house import ports, say
from house.parts import Part
from house.places import Places

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


@dataclass(frozen=True, slots=True)
class Wire:
    """The demo wire as it will run."""

    address: str
    part: Part


def prepare(places: Places, given: Mapping[str, str], states: Mapping[str, str]) -> Wire | None:
    """The demo wire on a port that is free, or None if this desk has none.

    Where another program has taken its port, the feeds file is told the new one.
    """
    file = places.checkout / "include/watch/feeds/demo.yaml"
    if given.get("WIREWATCH_WATCH") or not file.exists():
        return None
    text = file.read_text(encoding="utf-8")
    found = ADDRESS.search(text)
    if found is None:
        return None
    wanted = int(found[1])
    port = wanted if states.get("demo-wire") == "RUNNING" else ports.take(wanted)
    if port != wanted:
        say.line(f"  Port {wanted} is taken by another program: the demo wire takes {port}.")
        say.line("  Its feeds in include/watch/feeds/demo.yaml say so now.")
        file.write_text(text.replace(f"127.0.0.1:{wanted}/", f"127.0.0.1:{port}/"), "utf-8")
    address = f"{ports.LOOPBACK}:{port}"
    command = [str(places.python), "-m", "demo.wire", address, str(places.home / "demo.json")]
    return Wire(address, Part(name="demo-wire", command=command, order=30, told=str(port)))
