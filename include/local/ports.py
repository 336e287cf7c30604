"""Free TCP ports on this machine's loopback interface."""

from __future__ import annotations

import contextlib
import socket
from random import SystemRandom

# Below those that the kernel gives to outgoing connections: no connection takes the port in the seconds until
# its program listens on it.
CHOICE = range(20_000, 32_000)
ATTEMPTS = 100


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if nothing listens on it, else another free port."""
    others = SystemRandom().sample(CHOICE, ATTEMPTS)
    for port in [preferred, *others] if preferred else others:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("No free TCP port on 127.0.0.1.")
