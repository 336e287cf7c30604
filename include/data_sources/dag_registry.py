"""Lists the data sources that have a DAG; dags/product_sync.py reads this each time Airflow parses it.

Airflow drops a DAG that its file no longer creates, which leaves a running run hanging, and drops all DAGs of
a file that raises. So this never raises, whatever the table and the snapshot contain, and never loses a data
source because the database is unavailable, empty or another one: the last result is kept in a snapshot file.
A data source leaves it only when the CRM says that it is `inactive`, its DAG has had no schedule since an
earlier parse, and no run is active. The scheduler learns of a parse only afterwards, so it may have created a
run just before.
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
from include.dag_ids import dag_id_of
from include.data_sources.address_readers import read_store_hash
from include.data_sources.draining import may_have_active_runs, retire_if_drained
from include.data_sources.setting_readers import LEAST_AUTO_SYNC_MINUTES, MOST_AUTO_SYNC_MINUTES

DAG_FILE = "product_sync.py"

# The path of the snapshot; set it to a place that persists where AIRFLOW_HOME does not.
SNAPSHOT_SETTING = "BIGCOMMERCE_REGISTRY_SNAPSHOT"

# Airflow waits 50 s for a DAG file, a person who has just activated a store about 5 s.
TIMEOUT_SECONDS = 2
# Without a snapshot nothing else knows the DAGs, so a busy machine gets more time.
TIMEOUT_WITHOUT_SNAPSHOT_SECONDS = 4
# For all statements together, even if the server is frozen; a parse stays below 10 s.
TIME_LIMIT_SECONDS = 4.0
# Airflow keeps at most 2,000 characters of a DAG's name, and nobody reads more than these.
LONGEST_NAME = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegisteredStore:
    """What a DAG is created from. Nothing volatile: a change here is a new version of the DAG."""

    store_hash: str
    store_name: str
    auto_sync_minutes: int | None
    is_draining: bool


def registered_stores() -> list[RegisteredStore]:
    """The stores that have a DAG, by store hash. Never raises."""
    snapshot = _read_snapshot()
    timeout = TIMEOUT_SECONDS if snapshot else TIMEOUT_WITHOUT_SNAPSHOT_SECONDS
    try:
        with open_crm(
            connect_timeout=timeout, statement_timeout=timeout, time_limit=TIME_LIMIT_SECONDS
        ) as crm:
            rows = data_sources.list_all(crm)
            crm.commit()
            for row in rows:
                if row.state == "draining":
                    retire_if_drained(crm, row.store_hash, dag_id_of(row.store_hash))
            stores = sorted(_merged(rows, snapshot), key=_by_hash)
    except Exception as problem:  # noqa: BLE001 - the DAGs stay, whatever happens
        log.warning("The CRM's data sources cannot be read; using the last snapshot. %s", problem)
        return snapshot
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
        log.warning("%d data sources are missing in the CRM; their DAGs stay.", len(forgotten))
    return forgotten + [
        _registered(
            row.store_hash,
            row.store_name,
            row.auto_sync_minutes if row.state == "active" and not row.is_paused else None,
            row.state != "active",
        )
        for row in rows
        if row.state != "inactive" or _must_stay(held.get(row.store_hash))
    ]


def _by_hash(store: RegisteredStore) -> str:
    return store.store_hash


def _registered(
    store_hash: object, store_name: object, auto_sync_minutes: object, is_draining: object
) -> RegisteredStore:
    """Values that a DAG can be created from. Raises ValueError for a store hash that is none."""
    hash_text = read_store_hash(store_hash if isinstance(store_hash, str) else "")
    name = "".join(each for each in str(store_name or "")[: 2 * LONGEST_NAME] if each.isprintable()).strip()
    minutes = auto_sync_minutes if type(auto_sync_minutes) is int else None
    if minutes is not None and not LEAST_AUTO_SYNC_MINUTES <= minutes <= MOST_AUTO_SYNC_MINUTES:
        minutes = None
    return RegisteredStore(hash_text, name[:LONGEST_NAME] or hash_text, minutes, bool(is_draining))


def _must_stay(held: RegisteredStore | None) -> bool:
    """Whether the DAG of an inactive data source, as the last parse created it, may still have a run."""
    return held is not None and (not held.is_draining or may_have_active_runs(dag_id_of(held.store_hash)))


def _read_snapshot() -> list[RegisteredStore]:
    """The stores of the last parse, by store hash; entries that no DAG can be created from are skipped."""
    try:
        entries = json.loads(snapshot_path().read_text(encoding="utf-8"))
        stores: dict[str, RegisteredStore] = {}
        for entry in entries:
            try:
                store = _registered(**entry)
            except (TypeError, ValueError) as problem:  # noqa: PERF203 - the other entries count
                log.warning("Skipped an entry of the snapshot %s. %s", snapshot_path(), problem)
            else:
                stores[store.store_hash] = store
        return sorted(stores.values(), key=_by_hash)
    except FileNotFoundError:
        return []
    except Exception as problem:  # noqa: BLE001 - the DAGs of the database stay, whatever the file contains
        log.warning("The snapshot cannot be read. %s", problem)
        return []


def _write_snapshot(stores: list[RegisteredStore]) -> None:
    path = snapshot_path()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(json.dumps([asdict(store) for store in stores], indent=1), encoding="utf-8")
        unfinished.replace(path)
    except OSError as problem:
        log.warning("The snapshot %s cannot be written. %s", path, problem)
