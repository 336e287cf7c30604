"""crm.sync_run: one product sync as the user sees it, from Submitted to Completed or Failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from include.crm.database import execute, fetch_all, fetch_one

Connection = psycopg.Connection[Any]

# Of so many syncs of each data source people see the trend; housekeeping leaves them, however old.
TREND_LENGTH = 20
# Of a sync whose DAG run has ended without anybody recording how.
STOPPED_FROM_OUTSIDE = (
    "The sync was stopped from outside (its process was ended, or it ran longer than allowed). "
    "Nothing is half-published; start the sync again."
)
# Of one that was still open when the next began.
STOPPED_BEFORE_THE_NEXT = (
    "The sync was stopped from outside before it ended (a restart, or someone ended it). "
    "The next sync starts afresh; nothing needs mending."
)


@dataclass(frozen=True)
class SyncOptions:
    """What a user can ask of one sync: the Params of the DAG."""

    dry_run: bool = False
    allow_mass_removal: bool = False
    verify_custom_fields: bool = False


@dataclass(frozen=True)
class DagRunReference:
    """The Airflow DAG run that a sync belongs to, or none of it when started from the command line."""

    dag_id: str | None = None
    run_id: str | None = None
    url: str | None = None
    trigger: str = "command line"


def begin(crm: Connection, data_source_id: int, options: SyncOptions, dag_run: DagRunReference) -> int:
    """Start a sync, or start it again if this DAG run has one; its sync_run_id.

    An older run of the same DAG that was left open is closed as Failed.
    """
    reference = {"data_source_id": data_source_id, "dag_id": dag_run.dag_id, "dag_run_id": dag_run.run_id}
    execute(crm, "sync_runs/close_unfinished", **reference, sentence=STOPPED_BEFORE_THE_NEXT)
    row = fetch_one(
        crm,
        "sync_runs/begin",
        **reference,
        dag_run_url=dag_run.url,
        trigger=dag_run.trigger,
        **vars(options),
    )
    assert row is not None
    return int(row["sync_run_id"])


def resume(crm: Connection, sync_run_id: int, step: str) -> None:
    """A step begins, for the first time or again: In Progress, and no trouble known."""
    execute(crm, "sync_runs/resume", sync_run_id=sync_run_id, step=step)


def get(crm: Connection, sync_run_id: int) -> dict[str, Any]:
    """The columns of crm.sync_run, and the store_hash. Raises LookupError if there is no such sync."""
    row = fetch_one(crm, "sync_runs/get", sync_run_id=sync_run_id)
    if row is None:
        raise LookupError(f"There is no sync {sync_run_id} in crm.sync_run.")
    return row


def latest(crm: Connection, store_hash: str, limit: int = 1) -> list[dict[str, Any]]:
    """The newest syncs of a store, newest first, as `get` gives them."""
    return fetch_all(crm, "sync_runs/latest", store_hash=store_hash, limit=limit)


def page(
    crm: Connection, data_source_id: int, *, before: int | None = None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` syncs of a data source, newest first, whose sync_run_id is < `before`; no `changes`."""
    return fetch_all(
        crm,
        "sync_runs/page",
        data_source_id=data_source_id,
        before=before or 2**63 - 1,  # the largest bigint
        limit=limit,
    )


def trends(crm: Connection, limit: int = TREND_LENGTH) -> dict[int, list[dict[str, Any]]]:
    """The last syncs of each data_source_id, oldest first: sync_run_id, status, dry_run, seconds, …"""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in fetch_all(crm, "sync_runs/trends", limit=limit):
        found.setdefault(row["data_source_id"], []).append(row)
    return found


def by_dag_run(crm: Connection, dag_run: DagRunReference) -> int | None:
    """The sync_run_id of a DAG run, or None if its first step has not begun."""
    row = fetch_one(crm, "sync_runs/by_dag_run", dag_id=dag_run.dag_id, dag_run_id=dag_run.run_id)
    return None if row is None else int(row["sync_run_id"])


def record_trouble(crm: Connection, sync_run_id: int, sentence: str) -> None:
    """Keep why a step's try failed; the sync stays In Progress until it is known that no try follows."""
    execute(crm, "sync_runs/record_trouble", sync_run_id=sync_run_id, sentence=sentence)


def fail(crm: Connection, sync_run_id: int, sentence: str) -> None:
    """End a sync as Failed with the sentence its last try left, or else with this one."""
    execute(crm, "sync_runs/fail", sync_run_id=sync_run_id, sentence=sentence)


def complete(
    crm: Connection, sync_run_id: int, summary: str, counts: dict[str, int], requests_least: int
) -> None:
    """End a sync as Completed."""
    execute(
        crm,
        "sync_runs/complete",
        sync_run_id=sync_run_id,
        summary=summary,
        counts=Jsonb(counts),
        requests_least=requests_least,
    )


def add_requests(crm: Connection, sync_run_id: int, requests: int) -> None:
    """Count requests that a step sent to the store."""
    execute(crm, "sync_runs/add_requests", sync_run_id=sync_run_id, requests=requests)


def warnings(crm: Connection, sync_run_id: int, limit: int = 1_000) -> list[dict[str, Any]]:
    """What the sync found wrong in the store: kind, BigCommerce ids, sku, reason."""
    return fetch_all(crm, "sync_runs/warnings", sync_run_id=sync_run_id, limit=limit)


def warnings_by_kind(crm: Connection, sync_run_id: int, limit: int) -> dict[str, list[dict[str, Any]]]:
    """The same, at most `limit` of each kind, by kind; the exact numbers are in the sync's counts."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in fetch_all(crm, "sync_runs/warnings_by_kind", sync_run_id=sync_run_id, limit=limit):
        found.setdefault(row["kind"], []).append(row)
    return found
