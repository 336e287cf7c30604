"""Airflow on many machines, played by one: a supervisor for each part, a folder for each worker.

The same settings, databases and programs as the system of include/local, plus what the CeleryExecutor needs.
The defaults of Airflow and Celery are kept where nothing is said; a comment says which settings are lowered
for the test's sake.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from include.local.airflow import AirflowApi, airflow_command, airflow_programs
from include.local.databases import prepare_databases
from include.local.environment import kept_secrets, system_environment
from include.local.ports import free_port
from include.local.postgres import Postgres, running_postgres
from include.local.supervisor import Program, Supervised, supervise
from tests.long.parts import Part

Executor = Literal["LocalExecutor", "CeleryExecutor"]

WORKERS = ("worker1", "worker2")
TASKS_OF_A_WORKER = 4
REDIS = shutil.which("redis-server")


@dataclass
class ManyMachines:
    """A running system whose parts may die."""

    airflow: AirflowApi
    postgres: Postgres
    environment: dict[str, str]
    parts: dict[str, Part]

    def tend(self) -> list[str]:
        """Start again what has ended; the names of those parts."""
        ended = [name for name, part in self.parts.items() if part.has_ended()]
        for name in ended:
            self.parts[name].start()
        return ended

    def command(self, *arguments: str, text: str = "") -> None:
        """Run `python -m …` of this project against the system, with `text` on its standard input."""
        subprocess.run(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **self.environment},
            input=text,
            check=True,
            text=True,
        )

    def start_airflow(self) -> None:
        """Start everything but the databases, and wait until it is healthy."""
        self.tend()
        self.airflow.wait_until_healthy(lambda: [part.check() for part in self.parts.values()])

    def cpu_seconds(self) -> float:
        """Processor time of Airflow's processes so far."""
        return sum(
            part.cpu_seconds() for name, part in self.parts.items() if name not in ("postgres", "redis")
        )


@contextmanager
def databases_of_many_machines(state: Path, executor: Executor, **changes: str) -> Iterator[ManyMachines]:
    """The migrated databases, and the rest of the system ready to be started by `start_airflow`.

    `changes` to the environment are as in `AIRFLOW__CORE__PARALLELISM="4"`.
    """
    logs = state / "logs"
    logs.mkdir(parents=True)
    kept_secrets(state)
    parts: dict[str, Part] = {}
    with ExitStack() as stack:
        stack.callback(lambda: [part.stop() for part in reversed(parts.values())])
        postgres_port, api_port, redis_port = free_port(), free_port(), free_port()
        held: list[Postgres] = []  # its port and password stay the same when it is started again

        @contextmanager
        def postgres(number: int) -> Iterator[Supervised]:
            log = logs / f"postgres.{number}.log"
            with running_postgres(
                state / "postgres", log=log, preferred_port=postgres_port, durable=False
            ) as server:
                held[:] = [server]
                yield server.process

        parts["postgres"] = Part(postgres)
        parts["postgres"].start()
        environment = {
            **system_environment(state, postgres=held[0], api_port=api_port),
            **_settings(executor, held[0], redis_port),
            **changes,
        }
        prepare_databases(state, held[0], environment)
        programs = airflow_programs(api_port=api_port, logs=logs)
        if executor == "CeleryExecutor":
            programs.append(_redis(redis_port, state / "redis", logs))
            programs += [_worker(name, logs) for name in WORKERS]
        for program in programs:
            parts[program.name] = _part(program, environment, state)
        airflow = AirflowApi(f"http://127.0.0.1:{api_port}", "admin", kept_secrets(state).admin_password)
        yield ManyMachines(airflow, held[0], environment, parts)


def _part(program: Program, environment: dict[str, str], state: Path) -> Part:
    """A program of Airflow's or Redis, with a log for each start; a worker keeps what it keeps for itself."""
    own = {"AIRFLOW_HOME": str(state / program.name)} if program.name in WORKERS else {}

    def begin(number: int) -> AbstractContextManager[Supervised]:
        log = program.log.replace(".log", f".{number}.log")
        return supervise([replace(program, log=log)], {**os.environ, **environment, **own})

    return Part(begin)


def _redis(port: int, folder: Path, logs: Path) -> Program:
    """Redis that keeps what it was told, so that a restart loses at most a second of it."""
    folder.mkdir()
    assert REDIS is not None
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes"]
    return Program("redis", [REDIS, *options], str(logs / "redis.log"))


def _worker(name: str, logs: Path) -> Program:
    options = [f"--concurrency={TASKS_OF_A_WORKER}", f"--celery-hostname={name}@%h", "--skip-serve-logs"]
    return Program(name, [airflow_command(), "celery", "worker", *options], str(logs / f"{name}.log"))


def _settings(executor: Executor, postgres: Postgres, redis_port: int) -> dict[str, str]:
    sections: dict[str, dict[str, object]] = {
        "core": {
            "executor": executor,
            # not more than the workers take at once, so that what is queued is soon begun, and waits at the
            # scheduler, by priority, rather than in Redis
            "parallelism": len(WORKERS) * TASKS_OF_A_WORKER,
        },
        "workers": {
            # for about three minutes rather than ten seconds: Postgres and the API may restart meanwhile
            "execution_api_retries": 10,
        },
        "scheduler": {
            # lowered from 300 s: so long is a task of a dead worker believed to be running
            "task_instance_heartbeat_timeout": 60,
            # lowered from 600 s: so long is a task believed to be on its way to a worker
            "task_queued_timeout": 90,
        },
        "celery": {
            "broker_url": f"redis://127.0.0.1:{redis_port}/0",
            "result_backend": f"db+{postgres.airflow_url('airflow')}",
        },
        "celery_broker_transport_options": {
            # longer than the longest task (write_back, 8 h) may take
            "visibility_timeout": 12 * 60 * 60,
        },
    }
    return {
        f"AIRFLOW__{section}__{name}".upper(): str(value)
        for section, settings in sections.items()
        for name, value in settings.items()
    }
