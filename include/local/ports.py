"""Free TCP ports on this machine's loopback interface."""

from __future__ import annotations

import contextlib
import socket
from random import SystemRandom

# Below those that the kernel gives to outgoing connections: no connection takes the port in the seconds until
# its program listens on it.
CHOICE = range(20_000, 32_000)
ATTEMPTS = 100
# Names of Linux that live as long as this process. They keep ports from other processes that look for one in
# those seconds, such as a second demo: both would find the same one free.
_claims: dict[int, socket.socket] = {}


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if nothing listens on it, else another free port; no other process gets it here."""
    others = SystemRandom().sample(CHOICE, ATTEMPTS)
    for port in [preferred, *others] if preferred else others:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            _claim(port)
            return port
    raise OSError("No free TCP port on 127.0.0.1.")


def _claim(port: int) -> None:
    """Raises OSError if another process has claimed it."""
    if port in _claims:
        return
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0bigcommerce-data-source-port-{port}")
    except OSError:
        claim.close()
        raise
    _claims[port] = claim
