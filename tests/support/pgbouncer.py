"""A PgBouncer in front of the tests' Postgres, as Debian installs it, with its default settings."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from include.local.ports import free_port
from include.local.postgres import Postgres

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

OpenPgBouncer = Callable[[str], int]
"""Starts one in a pool mode, "session" or "transaction"; its port."""


@pytest.fixture
def pgbouncer(postgres: Postgres) -> Iterator[OpenPgBouncer]:
    """Starts PgBouncers that end with the test."""
    if PROGRAM is None:
        pytest.skip("PgBouncer is not installed (apt install pgbouncer)")
    with ExitStack() as stack:
        yield lambda mode: stack.enter_context(_running(postgres, mode))


@contextmanager
def _running(postgres: Postgres, mode: str) -> Iterator[int]:
    port = free_port(0)
    # not below pytest's folder, which belongs to root, whom PgBouncer refuses to run as
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        logins = [f'"{user}" "{postgres.password}"\n' for user in ("postgres", "tests")]
        (folder / "users.txt").write_text("".join(logins))
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={postgres.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {folder}/users.txt\npool_mode = {mode}\n"
        )
        assert PROGRAM is not None
        command = [PROGRAM, str(folder / "pgbouncer.ini")]
        user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        process = subprocess.Popen(command, user=user, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while not _listens(port):
        assert time.monotonic() < deadline, "PgBouncer did not start."
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
