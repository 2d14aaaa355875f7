"""Which port the Airflow pages take: the wanted one, or the next free one, and that is told."""

import socket

LOOPBACK = "127.0.0.1"
LAST_PORT = 65535


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        probe.listen(1)
    return True


def take(wanted: int, host: str = LOOPBACK) -> int:
    """The wanted port if it is free, else the next free one above it.

    Raises OSError when none of the next hundred is.
    """
    for port in range(wanted, min(wanted + 100, LAST_PORT + 1)):
        if is_free(port, host):
            return port
    raise OSError(f"no free port on {host} from {wanted} on")
