"""Which data sources have a DAG: what dags/product_sync.py reads each time Airflow parses it.

Airflow drops a DAG that its file no longer makes, leaving a run that is under way hanging, and drops all DAGs
of a file that raises. So this never raises, and never loses a data source because a database is away, empty
or another one: what was read last is kept in a snapshot file. A data source leaves it only when the CRM says
that it is `inactive`, its DAG has been without a schedule since an earlier parse, and no run is active: the
scheduler, which learns of a parse only after it, may have made one just before.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from include.connections import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.data_sources.draining import may_have_active_runs, retire_if_drained

DAG_FILE = "product_sync.py"
DAG_ID_PREFIX = "bigcommerce_product_sync__"

# Tasks that talk to a store run in this pool; activation makes it, because Airflow never starts a task whose
# pool is missing.
POOL = "bigcommerce"

# Where the snapshot is kept; give it a place that survives where AIRFLOW_HOME does not.
SNAPSHOT_SETTING = "BIGCOMMERCE_REGISTRY_SNAPSHOT"

# Airflow's patience with a DAG file is 50 s, that of the person who has just activated a store is 5 s.
TIMEOUT_SECONDS = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class RegisteredStore:
    """What a DAG is made of. Nothing volatile: a change here is a new version of the DAG."""

    store_hash: str
    store_name: str
    auto_sync_minutes: int | None
    is_draining: bool


def dag_id_of(store_hash: str) -> str:
    """Id of the product-sync DAG of a store."""
    return DAG_ID_PREFIX + store_hash


def registered_stores() -> list[RegisteredStore]:
    """The stores that have a DAG, by store hash. Never raises."""
    snapshot = _read_snapshot()
    try:
        with open_crm(connect_timeout=TIMEOUT_SECONDS, statement_timeout=TIMEOUT_SECONDS) as crm:
            rows = data_sources.list_all(crm)
            crm.commit()
            for row in rows:
                if row.state == "draining":
                    retire_if_drained(crm, row.store_hash, dag_id_of(row.store_hash))
            stores = sorted(_merged(rows, snapshot))
    except Exception as problem:  # noqa: BLE001 - whatever it is, the DAGs stay
        log.warning("The CRM's data sources cannot be read; going by the last snapshot. %s", problem)
        return sorted(snapshot)
    if stores != snapshot:
        _write_snapshot(stores)
    return stores


def snapshot_path() -> Path:
    """Where the snapshot is."""
    home = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser()
    return Path(os.environ.get(SNAPSHOT_SETTING) or home / "data_sources.json")


def _merged(rows: list[DataSource], snapshot: list[RegisteredStore]) -> list[RegisteredStore]:
    known = {row.store_hash for row in rows}
    held = {store.store_hash: store for store in snapshot}
    forgotten = [store for store in snapshot if store.store_hash not in known]
    if forgotten:
        log.warning("The CRM no longer knows %d data sources; their DAGs stay.", len(forgotten))
    return forgotten + [
        RegisteredStore(
            store_hash=row.store_hash,
            store_name=row.store_name,
            auto_sync_minutes=row.auto_sync_minutes if row.state == "active" else None,
            is_draining=row.state != "active",
        )
        for row in rows
        if row.state != "inactive" or _must_stay(held.get(row.store_hash))
    ]


def _must_stay(held: RegisteredStore | None) -> bool:
    """Whether the DAG of an inactive data source, as the last parse made it, may have a run yet."""
    return held is not None and (not held.is_draining or may_have_active_runs(dag_id_of(held.store_hash)))


def _read_snapshot() -> list[RegisteredStore]:
    try:
        return [RegisteredStore(**store) for store in json.loads(snapshot_path().read_text())]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as problem:
        log.warning("The snapshot %s cannot be read. %s", snapshot_path(), problem)
        return []


def _write_snapshot(stores: list[RegisteredStore]) -> None:
    path = snapshot_path()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(json.dumps([asdict(store) for store in stores], indent=1))
        unfinished.replace(path)
    except OSError as problem:
        log.warning("The snapshot %s cannot be written. %s", path, problem)
