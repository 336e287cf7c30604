"""Free TCP ports on this machine's loopback interface."""

from __future__ import annotations

import contextlib
import socket


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if nothing listens on it, else a free port that the kernel chooses."""
    for port in (preferred, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("No free TCP port on 127.0.0.1.")
