"""crm.sync_run: one product sync as users see it, from Submitted to Completed or Failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from psycopg.types.json import Jsonb

from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference, SyncRun, sync_run
from include.errors import Action, ActionableError

STOPPED_FROM_OUTSIDE = (
    "The sync was stopped from outside: its process was ended, or it ran longer than allowed. "
    "Nothing is half-published; start the sync again."
)
STOPPED_BEFORE_THE_NEXT = (
    "The sync was stopped from outside before it finished, e.g. by a restart. "
    "The next sync starts from the beginning; there is nothing to fix."
)


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
        started_by=dag_run.started_by,
        **vars(options),
    )
    assert row is not None
    return int(row["sync_run_id"])


def begin_changes(
    crm: Connection, data_source_id: int, product_ids: Sequence[int], dag_run_url: str | None
) -> int:
    """Start a sync of these BigCommerce products, or continue the last if it failed; its sync_run_id.

    An older one that was left open is closed as Failed.
    """
    execute(
        crm,
        "sync_runs/close_unfinished",
        data_source_id=data_source_id,
        dag_id=None,
        dag_run_id=None,
        sentence=STOPPED_BEFORE_THE_NEXT,
    )
    row = fetch_one(
        crm,
        "sync_runs/begin_changes",
        data_source_id=data_source_id,
        product_ids=list(product_ids),
        dag_run_url=dag_run_url,
    )
    assert row is not None
    return int(row["sync_run_id"])


def skip_products(crm: Connection, sync_run_id: int, product_ids: Sequence[int]) -> None:
    """Record that a sync of changes skips these products: they stay as they are."""
    execute(crm, "sync_runs/skip_products", sync_run_id=sync_run_id, product_ids=list(product_ids))


def record_store(crm: Connection, sync_run_id: int, store_name: str, currency_code: str) -> None:
    """Keep what the store said about itself while a sync read it."""
    store = {"store_name": store_name, "currency_code": currency_code}
    execute(crm, "sync_runs/record_store", sync_run_id=sync_run_id, **store)


def resume(crm: Connection, sync_run_id: int, step: str) -> None:
    """Record that a step starts, for the first time or again: In Progress, without an error."""
    execute(crm, "sync_runs/resume", sync_run_id=sync_run_id, step=step)


def get(crm: Connection, sync_run_id: int) -> SyncRun:
    """One sync. Raises LookupError if there is no such sync."""
    row = fetch_one(crm, "sync_runs/get", sync_run_id=sync_run_id)
    if row is None:
        raise LookupError(f"There is no sync {sync_run_id} in crm.sync_run.")
    return sync_run(row)


def by_dag_run(crm: Connection, dag_run: DagRunReference) -> int | None:
    """The sync_run_id of a DAG run, or None if its first step has not started."""
    row = fetch_one(crm, "sync_runs/by_dag_run", dag_id=dag_run.dag_id, dag_run_id=dag_run.run_id)
    return None if row is None else int(row["sync_run_id"])


def record_failed_attempt(
    crm: Connection,
    sync_run_id: int,
    error: ActionableError,
    counts: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Keep why an attempt failed and what it counted. The sync stays In Progress: an attempt may follow."""
    failure = {"sentence": error.for_run_note, "action": error.action, "counts": Jsonb(dict(counts))}
    execute(crm, "sync_runs/record_failed_attempt", sync_run_id=sync_run_id, **failure)


def fail(crm: Connection, sync_run_id: int, sentence: str, action: Action = "") -> None:
    """End a sync as Failed with the error of its last attempt, or else with this sentence."""
    execute(crm, "sync_runs/fail", sync_run_id=sync_run_id, sentence=sentence, action=action)


def offer_again(crm: Connection, data_source_id: int) -> None:
    """Somebody entered a new access token: the page no longer asks for one after a sync that lacked it."""
    execute(crm, "sync_runs/offer_again", data_source_id=data_source_id)


def close_killed(crm: Connection) -> int:
    """End as Failed the syncs whose process is gone: nobody else would, before the next sync begins."""
    return execute(crm, "sync_runs/close_killed", sentence=STOPPED_FROM_OUTSIDE)


def close_ended(crm: Connection, has_ended: Callable[[str, str], bool]) -> None:
    """End as Failed the syncs whose DAG run has ended without recording it.

    So it is when a person marks the run, or when the database was unavailable as the run failed.
    `has_ended` is asked with the ids of a DAG and a run; what was done before is committed by then.
    """
    rows = fetch_all(crm, "sync_runs/open_in_airflow")
    crm.commit()  # nothing stays locked while Airflow is asked
    ended = [row["sync_run_id"] for row in rows if has_ended(row["dag_id"], row["dag_run_id"])]
    for sync_run_id in ended:
        fail(crm, sync_run_id, STOPPED_FROM_OUTSIDE, "start_again")


def cancel(crm: Connection, dag_id: str, dag_run_ids: list[str], person: str) -> None:
    """End the open syncs of these DAG runs as Failed, with the name of the person who cancelled them."""
    execute(
        crm,
        "sync_runs/cancel",
        dag_id=dag_id,
        dag_run_ids=dag_run_ids,
        person=person,
        sentence=f"Cancelled by {person}.",
    )


def record_counts(crm: Connection, sync_run_id: int, counts: dict[str, int]) -> None:
    """Keep the counts of a sync that goes on, or is about to fail."""
    execute(crm, "sync_runs/record_counts", sync_run_id=sync_run_id, counts=Jsonb(counts))


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
