"""Which ports the programs of this machine get."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from include.local.ports import free_port


def test_port_in_use_is_replaced_by_one_that_no_outgoing_connection_takes() -> None:
    first, _ = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert port != free_port(port) < first
    assert free_port(port) == port
    assert free_port() < first


def test_port_that_one_demo_is_about_to_use_is_not_given_to_another() -> None:
    port = free_port()
    program = f"from include.local.ports import free_port; print(free_port({port}))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(other.stdout) != port
    assert free_port(port) == port
    assert free_port(int(other.stdout)) == int(other.stdout), "it is free when that process has ended"
