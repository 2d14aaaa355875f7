"""The supervisor that keeps the parts running: started, asked and stopped by its unix socket."""

import http.client
import subprocess
import time
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from house.places import Places

STOPS_WITHIN_SECONDS = 120
ALREADY_STARTED, NOT_RUNNING = 60, 70  # supervisor.xmlrpc.Faults


class Watchman:
    """The one supervisor of this checkout."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def _ask(self) -> Any:
        from supervisor.xmlrpc import SupervisorTransport

        address = f"unix://{self._places.sockets}/supervisor.sock"
        server = ServerProxy("http://127.0.0.1", transport=SupervisorTransport("", "", address))
        return server.supervisor

    def is_running(self) -> bool:
        """Whether it runs and is not about to stop."""
        try:
            return bool(self._ask().getState()["statename"] == "RUNNING")
        except (Fault, OSError, http.client.HTTPException):
            return False

    def start(self) -> None:
        """Start it if it does not run, else hand it the new configuration.

        Parts whose configuration changed are stopped and taken anew.
        """
        if not self.is_running():
            config = str(self._places.home / "supervisord.conf")
            subprocess.run(
                [str(self._places.python), "-m", "supervisor.supervisord", "-c", config],
                check=True,
                start_new_session=True,
            )
            _wait(self.is_running, 20, "the supervisor does not answer")
            return
        ask = self._ask()
        [[added, changed, removed]] = ask.reloadConfig()
        for name in [*changed, *removed]:
            ask.stopProcessGroup(name)
            ask.removeProcessGroup(name)
        for name in [*added, *changed]:
            ask.addProcessGroup(name)

    def states(self) -> dict[str, str]:
        """Each part and what it does: RUNNING, STARTING, BACKOFF, STOPPED, FATAL."""
        return {part["name"]: part["statename"] for part in self._ask().getAllProcessInfo()}

    def pid_of(self, name: str) -> int:
        """The process of a part; 0 while it has none."""
        return int(self._ask().getProcessInfo(name)["pid"])

    def start_part(self, name: str) -> None:
        """Start one part if it is not up already."""
        try:
            self._ask().startProcess(name, False)
        except Fault as fault:
            if fault.faultCode != ALREADY_STARTED:
                raise

    def stop(self) -> None:
        """Stop every part, the last started first, then the supervisor itself.

        Parts of one order stop at the same time; left alone, the supervisor takes one by one.
        """
        if self.is_running():
            ask = self._ask()
            orders = {part["name"]: part["process_prio"] for part in ask.getAllConfigInfo()}
            for order in sorted(set(orders.values()), reverse=True):
                self._stop_parts([name for name in orders if orders[name] == order])
            ask.shutdown()
        _wait(lambda: not self._answers(), STOPS_WITHIN_SECONDS, "the parts do not stop")

    def _stop_parts(self, names: list[str]) -> None:
        for name in names:
            try:
                self._ask().stopProcess(name, False)
            except Fault as fault:
                if fault.faultCode != NOT_RUNNING:
                    raise
        _wait(
            lambda: not [n for n in names if self.states().get(n) in ("RUNNING", "STOPPING")],
            STOPS_WITHIN_SECONDS,
            f"{', '.join(names)} do not stop",
        )

    def _answers(self) -> bool:
        try:
            self._ask().getPID()
        except Fault:
            return True  # it is stopping its parts
        except (OSError, http.client.HTTPException):
            return False
        return True


def _wait(done: Any, seconds: float, else_say: str) -> None:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(else_say)
        time.sleep(0.1)
