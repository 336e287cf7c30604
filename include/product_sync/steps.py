"""The steps of a product sync, as an Airflow task, the command line or a test calls them.

Each opens its own connections, takes ids and gives back ids and one sentence, may be repeated at any time,
and leaves in crm.sync_run what it is doing and, if it fails, why. One sync of a store works at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from include.bigcommerce.client import StoreClient
from include.bigcommerce.scope_check import read_accessible_store
from include.checkout import steps as checkout
from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import data_sources, sync_changes, sync_lock, sync_runs, sync_warnings
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference, SyncRun
from include.database_errors import DatabaseError
from include.errors import actionable
from include.plurals import count_of
from include.product_sync import completion, metrics, summary
from include.product_sync.errors import AnotherSyncRuns, SyncStopped
from include.product_sync.extract import extract as extract_catalogue
from include.product_sync.load import load as load_catalogue
from include.store_hooks import steps as store_hooks

log = logging.getLogger(__name__)

# All are in crm.sync_change and crm.sync_warning.
CHANGES_LOGGED = 100
WARNINGS_LOGGED = 50
NOTE_SECONDS = 5
# The store that this thread has locked for a sync of several steps, and the connection that holds the lock.
_locked: ContextVar[tuple[DataSource, Connection] | None] = ContextVar("locked", default=None)


@contextmanager
def exclusive(store_hash: str) -> Iterator[None]:
    """Keep other syncs of a store from working meanwhile. Raises AnotherSyncRuns, NoDataSource.

    Every step takes this lock; around several steps it also keeps others out between them. Then each step
    makes sure that the connection which holds it is still alive; otherwise it raises DatabaseError.
    """
    held = _locked.get()
    if held and held[0].store_hash == store_hash:
        sync_lock.lock(held[1], held[0].data_source_id)
        yield
        return
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        crm.commit()
        if not sync_lock.lock(crm, source.data_source_id):
            raise AnotherSyncRuns(source.store_name)
        token = _locked.set((source, crm))
        try:
            yield
        finally:
            _locked.reset(token)
            sync_lock.release(crm)


def begin(store_hash: str, options: SyncOptions, dag_run: DagRunReference) -> int:
    """Set a sync from Submitted to In Progress; its sync_run_id. Raises NoDataSource, AnotherSyncRuns."""
    with exclusive(store_hash), open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        sync_run_id = sync_runs.begin(crm, source.data_source_id, options, dag_run)
        crm.commit()
    return sync_run_id


def extract(sync_run_id: int) -> dict[str, Any]:
    """Check access, then read the whole catalogue into staging. Gives {sync_run_id, summary}."""
    with (
        running(sync_run_id, "checking access") as (crm, run),
        counting_store(sync_run_id, run.store_hash) as client,
    ):
        store = read_accessible_store(client)
        products = extract_catalogue(crm, client, sync_run_id, store)
    return {"sync_run_id": sync_run_id, "summary": f"Read {count_of(products, 'product')} of {store.name}"}


def load(sync_run_id: int) -> dict[str, Any]:
    """Translate the pages read and publish them in one transaction. Gives {sync_run_id, summary, counts}."""
    with running(sync_run_id, "publishing") as (crm, run):
        counts = load_catalogue(crm, sync_run_id)
        crm.commit()
        _log_findings(crm, sync_run_id)
    return {
        "sync_run_id": sync_run_id,
        "summary": summary.sentence(counts, dry_run=run.dry_run),
        "counts": counts,
    }


def write_back(sync_run_id: int) -> dict[str, Any]:
    """Write the custom fields that BigCommerce lacks and complete the sync; a dry run only counts them.

    Gives {sync_run_id, summary, counts}.
    """
    with running(sync_run_id, "writing custom fields") as (crm, run):
        source = data_sources.required(crm, run.store_hash)
        crm.commit()
        if run.dry_run:
            if run.verify_custom_fields:
                with counting_store(sync_run_id, source.store_hash) as client:
                    completion.count_fields_to_write(crm, client, run, source)
        else:
            with counting_store(sync_run_id, source.store_hash) as client:
                completion.write_to_store(crm, client, run, source)
            # the first sync makes the campaign, without whose currency the redirect script carries no cart
            checkout.follow_settings(crm, source)
            store_hooks.check(crm, source)
        finished = completion.complete(crm, sync_run_id)
        metrics.completed(finished)
    return {"sync_run_id": sync_run_id, "summary": finished.summary, "counts": finished.counts}


def fail(dag_run: DagRunReference, sentence: str | None) -> None:
    """End the sync of a DAG run as Failed: with the sentence of its last attempt, else with this one."""
    with open_crm() as crm:
        sync_run_id = sync_runs.by_dag_run(crm, dag_run)
        if sync_run_id is not None:
            sync_runs.fail(crm, sync_run_id, sentence or sync_runs.STOPPED_FROM_OUTSIDE, "start_again")
            crm.commit()


@contextmanager
def running(sync_run_id: int, step: str) -> Iterator[tuple[Connection, SyncRun]]:
    """Run a step of a sync that is In Progress; keep the sentence of an error, because a retry may follow."""
    resumed = False
    try:
        with open_crm() as crm:
            store_hash = sync_runs.get(crm, sync_run_id).store_hash
            crm.commit()
            with exclusive(store_hash):
                sync_runs.resume(crm, sync_run_id, step)
                crm.commit()
                resumed = True
                run = sync_runs.get(crm, sync_run_id)
                crm.commit()  # no transaction stays open while the store answers
                yield crm, run
    except Exception as error:
        if resumed:
            with _noted() as noting:
                doing = sync_runs.get(noting, sync_run_id).step or "starting"
                counts = error.counts if isinstance(error, SyncStopped) else {}
                sync_runs.record_failed_attempt(noting, sync_run_id, actionable(error, doing), counts)
        raise


@contextmanager
def counting_store(sync_run_id: int, store_hash: str) -> Iterator[StoreClient]:
    """The client of a store; its requests are counted, whether the step succeeds or not."""
    with open_store(store_hash) as client:
        try:
            yield client
        finally:
            with _noted() as crm:
                sync_runs.add_requests(crm, sync_run_id, client.statistics.requests)


@contextmanager
def _noted() -> Iterator[Connection]:
    """A separate connection for a note about the step, whose own connection may be what failed.

    It does not wait long: a step that was stopped before a commit holds the row that the note changes.
    """
    try:
        with open_crm(statement_timeout=NOTE_SECONDS) as crm:
            yield crm
            crm.commit()
    except DatabaseError as error:
        log.warning("Nothing could be noted in crm.sync_run. %s", error)


def _log_findings(crm: Connection, sync_run_id: int) -> None:
    """Write the first changes, and the first warnings about the store, to the log of this step."""
    for change in sync_changes.page(crm, sync_changes.WantedChanges(sync_run_id), limit=CHANGES_LOGGED):
        log.info(summary.change_line(change))
    for warning in sync_warnings.first(crm, sync_run_id, limit=WARNINGS_LOGGED):
        log.warning(
            "%s, product %s, variant %s: %s",
            warning.kind,
            warning.bigcommerce_product_id,
            warning.bigcommerce_variant_id,
            warning.reason,
        )
