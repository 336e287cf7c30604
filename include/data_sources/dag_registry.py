"""Lists the data sources that have a DAG; dags/product_sync.py reads this each time Airflow parses it.

Airflow drops a DAG that its file no longer creates, which leaves a running run hanging, and drops all DAGs of
a file that raises. So this never raises, whatever the table and the snapshot contain, and never loses a data
source because the database is unavailable, empty or another one: the last result is kept in a snapshot file.
A data source leaves it only when the CRM says that it is `inactive`, its DAG has had no schedule since an
earlier parse, and no run is active. The scheduler learns of a parse only afterwards, so it may have created a
run just before.
"""

from __future__ import annotations

import logging

from include.connections.crm import open_crm
from include.crm import data_sources
from include.crm.data_sources import DataSource
from include.dag_ids import dag_id_of
from include.data_sources.dag_list_snapshot import (
    RegisteredStore,
    by_hash,
    read_snapshot,
    registered_store,
    write_snapshot,
)
from include.data_sources.draining import may_have_active_runs, retire_if_drained

DAG_FILE = "product_sync.py"

# Airflow waits 50 s for a DAG file, a person who has just activated a store about 5 s.
TIMEOUT_SECONDS = 2
# Without a snapshot nothing else knows the DAGs, so a busy machine gets more time.
TIMEOUT_WITHOUT_SNAPSHOT_SECONDS = 4
# For all statements together, even if the server is frozen; a parse stays below 10 s.
TIME_LIMIT_SECONDS = 4.0

log = logging.getLogger(__name__)


def registered_stores() -> list[RegisteredStore]:
    """The stores that have a DAG, by store hash. Never raises."""
    snapshot = read_snapshot()
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
            stores = sorted(_merged(rows, snapshot), key=by_hash)
    except Exception as problem:  # noqa: BLE001 - the DAGs stay, whatever happens
        log.warning("The CRM's data sources cannot be read; using the last snapshot. %s", problem)
        return snapshot
    if stores != snapshot:
        write_snapshot(stores)
    return stores


def _merged(rows: list[DataSource], snapshot: list[RegisteredStore]) -> list[RegisteredStore]:
    known = {row.store_hash for row in rows}
    held = {store.store_hash: store for store in snapshot}
    forgotten = [store for store in snapshot if store.store_hash not in known]
    if forgotten:
        log.warning("%d data sources are missing in the CRM; their DAGs stay.", len(forgotten))
    return forgotten + [
        registered_store(
            row.store_hash,
            row.store_name,
            row.auto_sync_minutes if row.state == "active" and not row.is_paused else None,
            row.state != "active",
        )
        for row in rows
        if row.state != "inactive" or _must_stay(held.get(row.store_hash))
    ]


def _must_stay(held: RegisteredStore | None) -> bool:
    """Whether the DAG of an inactive data source, as the last parse created it, may still have a run."""
    return held is not None and (not held.is_draining or may_have_active_runs(dag_id_of(held.store_hash)))
