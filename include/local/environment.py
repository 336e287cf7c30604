"""Environment variables of every process of the one-machine system: Airflow's settings and the addresses.

They are also written to `<state folder>/env`. After `source .local/env`, the commands `airflow …`,
`python -m include.data_sources …` and `psql "$CRM_DATABASE_URL"` work against the running system.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from include.local.postgres import Postgres

PROJECT = Path(__file__).parents[2]
THIS_MACHINE = "127.0.0.1,localhost"


@dataclass(frozen=True)
class Secrets:
    """Keys and passwords that all processes share and that stay the same from start to start."""

    jwt_secret: str
    api_secret_key: str
    fernet_key: str
    admin_password: str
    store_token: str


def kept_secrets(state: Path) -> Secrets:
    """Read the secrets from the state folder; the first start creates them."""
    file = state / "secrets.json"
    if not file.exists():
        made = Secrets(
            jwt_secret=secrets.token_urlsafe(64),
            api_secret_key=secrets.token_urlsafe(64),
            fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            admin_password=secrets.token_urlsafe(9),
            store_token=secrets.token_urlsafe(24),
        )
        write_private(file, json.dumps(asdict(made)))
    return Secrets(**json.loads(file.read_text()))


def system_environment(
    state: Path, *, postgres: Postgres, api_port: int, dags: Path = PROJECT / "dags"
) -> dict[str, str]:
    """The whole configuration of Airflow and of the commands, as environment variables."""
    kept = kept_secrets(state)
    airflow_home = state / "airflow"
    airflow_home.mkdir(exist_ok=True)
    passwords = airflow_home / "passwords.json"
    write_private(passwords, json.dumps({"admin": kept.admin_password}))
    address = f"http://127.0.0.1:{api_port}"
    sections: dict[str, dict[str, object]] = {
        "core": {
            "dags_folder": dags,
            "plugins_folder": PROJECT / "plugins",
            "executor": "LocalExecutor",
            # the pool of the syncs leaves two of them to orders and alerts
            "parallelism": 6,
            "load_examples": False,
            "fernet_key": kept.fernet_key,
            "simple_auth_manager_passwords_file": passwords,
            "execution_api_server_url": f"{address}/execution/",
            # write a changed DAG at its next parse instead of up to 30 s later
            "min_serialized_dag_update_interval": 0,
            # seconds that the import of a file may take; 30 are too few while other programs need the machine
            "dagbag_import_timeout": 120,
        },
        "database": {"sql_alchemy_conn": postgres.airflow_url("airflow")},
        "api": {"base_url": address, "secret_key": kept.api_secret_key, "workers": 1},
        "api_auth": {"jwt_secret": kept.jwt_secret},
        # on a busy machine with two cores the API may take longer than the default 5 s
        "workers": {"execution_api_timeout": 30},
        "logging": {"base_log_folder": airflow_home / "logs"},
        "scheduler": {
            "scheduler_idle_sleep_time": 0.5,
            # tasks of a killed scheduler continue after 30 to 50 s instead of 300 s
            "orphaned_tasks_check_interval": 20,
        },
        # refuse arguments that change at each parse: each would create a new DAG version
        "dag_processor": {
            "dag_version_inflation_check_level": "error",
            "dag_file_processor_timeout": 150,  # longer than the import
        },
    }
    return {
        "AIRFLOW_HOME": str(airflow_home),
        **{
            f"AIRFLOW__{section}__{name}".upper(): str(value)
            for section, settings in sections.items()
            for name, value in settings.items()
        },
        **without_proxy(),
        "BIGCOMMERCE_ALLOW_LOOPBACK": "true",  # the sandbox store
        "AIRFLOW_CONN_CRM_DB": postgres.url("crm"),
        "CRM_DATABASE_URL": postgres.url("crm"),
        "PYTHONPATH": str(PROJECT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def without_proxy() -> dict[str, str]:
    """NO_PROXY with this machine in it, because a network's proxy cannot reach what listens here."""
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    value = others if THIS_MACHINE in others else f"{others},{THIS_MACHINE}".lstrip(",")
    return {"NO_PROXY": value, "no_proxy": value}


def crm_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a program that knows only the CRM's database."""
    return {name: environment[name] for name in ("CRM_DATABASE_URL", "PYTHONPATH", "PATH")}


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    file.touch(mode=0o600)
    file.write_text(text)


def write_env_file(state: Path, environment: dict[str, str]) -> Path:
    """Write `<state>/env` for a shell to source."""
    file = state / "env"
    write_private(file, "".join(f"export {k}={shlex.quote(v)}\n" for k, v in environment.items()))
    return file
