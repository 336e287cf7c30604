"""The steps of a product sync as an Airflow task, or anyone else, calls them.

Each opens its own connections, takes ids and gives back ids and one sentence, may be repeated at any time,
and leaves in crm.sync_run what it is doing and, if it fails, why.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from include.bigcommerce.catalog import PRODUCTS_PER_PAGE
from include.bigcommerce.client import StoreClient
from include.bigcommerce.metafields import METAFIELDS_PER_BATCH
from include.bigcommerce.store_information import read_store
from include.connections import open_crm, open_store
from include.crm import data_sources, sync_runs
from include.crm.database import execute
from include.crm.sync_runs import DagRunReference, SyncOptions
from include.database_errors import DatabaseError
from include.errors import actionable
from include.product_sync import metrics, summary
from include.product_sync.extract import extract as extract_catalogue
from include.product_sync.write_back import WriteBack, count_pending

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)

# All are in crm.sync_warning.
WARNINGS_LOGGED = 50


def begin(store_hash: str, options: SyncOptions, dag_run: DagRunReference) -> int:
    """A sync goes from Submitted to In Progress; its sync_run_id. Raises NoDataSource."""
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        sync_run_id = sync_runs.begin(crm, source.data_source_id, options, dag_run)
        crm.commit()
    return sync_run_id


def extract(sync_run_id: int) -> dict[str, Any]:
    """Check access, then read the whole catalogue into staging. Gives {sync_run_id, summary}."""
    with open_crm() as crm:
        run = _resume(crm, sync_run_id, "checking access")
        with _told(sync_run_id), _store(sync_run_id, run["store_hash"]) as client:
            store = read_store(client)
            products = extract_catalogue(crm, client, sync_run_id, store)
    return {"sync_run_id": sync_run_id, "summary": f"Read {products:,} products of {store.name}"}


def load(sync_run_id: int) -> dict[str, Any]:
    """Translate what was read and publish it in one transaction. Gives {sync_run_id, summary, counts}."""
    # pandas, which takes a second to import and which the other steps do without
    from include.product_sync.load import load as load_catalogue

    with open_crm() as crm:
        run = _resume(crm, sync_run_id, "publishing")
        with _told(sync_run_id):
            counts = load_catalogue(crm, sync_run_id)
            crm.commit()
        _log_findings(crm, sync_run_id)
    return {
        "sync_run_id": sync_run_id,
        "summary": summary.sentence(counts, dry_run=run["dry_run"]),
        "counts": counts,
    }


def write_back(sync_run_id: int) -> dict[str, Any]:
    """Write the custom fields that BigCommerce lacks and complete the sync; a dry run counts them only.

    Gives {sync_run_id, summary, counts}.
    """
    with open_crm() as crm:
        run = _resume(crm, sync_run_id, "writing custom fields")
        source = data_sources.required(crm, run["store_hash"])
        counts: dict[str, int] = run["counts"]
        with _told(sync_run_id):
            if run["dry_run"]:
                pending = count_pending(crm, source.data_source_id)
                counts["custom_fields_to_write"] = (
                    pending + counts["variants_new"] + counts["variants_relinked"]
                )
            else:
                with _store(sync_run_id, source.store_hash) as client:
                    fields = WriteBack(crm, client, sync_run_id, source)
                    fields.run(verify=run["verify_custom_fields"])
                # over all tries of this step, as the progress bar shows it
                counts["custom_fields_written"] = sync_runs.get(crm, sync_run_id)["custom_fields_written"]
                counts["custom_fields_refused"] = fields.refused
            described = _finish(crm, sync_run_id, counts, dry_run=run["dry_run"])
            metrics.completed(sync_runs.get(crm, sync_run_id))
    return {"sync_run_id": sync_run_id, "summary": described, "counts": counts}


def fail(dag_run: DagRunReference, sentence: str | None) -> None:
    """End the sync of a DAG run as Failed: with what its last try said, else with this sentence."""
    with open_crm() as crm:
        sync_run_id = sync_runs.by_dag_run(crm, dag_run)
        if sync_run_id is not None:
            sync_runs.fail(crm, sync_run_id, sentence or sync_runs.STOPPED_FROM_OUTSIDE)
            crm.commit()


def _log_findings(crm: Connection, sync_run_id: int) -> None:
    """What people look for in the log of this step: the first changes, and what is wrong in the store."""
    for change in sync_runs.get(crm, sync_run_id)["changes"]:
        log.info(summary.change_line(change))
    for warning in sync_runs.warnings(crm, sync_run_id, limit=WARNINGS_LOGGED):
        log.warning(
            "%s, product %s, variant %s: %s",
            warning["kind"],
            warning["bigcommerce_product_id"],
            warning["bigcommerce_variant_id"],
            warning["reason"],
        )


def _resume(crm: Connection, sync_run_id: int, step: str) -> dict[str, Any]:
    sync_runs.resume(crm, sync_run_id, step)
    crm.commit()
    return sync_runs.get(crm, sync_run_id)


def _finish(crm: Connection, sync_run_id: int, counts: dict[str, int], *, dry_run: bool) -> str:
    described = summary.sentence(counts, dry_run=dry_run)
    written = counts.get("custom_fields_written", 0)
    least = math.ceil(counts["products"] / PRODUCTS_PER_PAGE) + math.ceil(written / METAFIELDS_PER_BATCH)
    execute(crm, "product_sync/forget_pages_of_older_runs", sync_run_id=sync_run_id)
    sync_runs.complete(crm, sync_run_id, described, counts, requests_least=least)
    crm.commit()
    return described


@contextmanager
def _told(sync_run_id: int) -> Iterator[None]:
    """On an error, leave its sentence in crm.sync_run; the sync stays In Progress, as a try may follow."""
    try:
        yield
    except Exception as error:
        with _noted() as crm:
            doing = sync_runs.get(crm, sync_run_id)["step"] or "starting"
            sync_runs.record_trouble(crm, sync_run_id, actionable(error, doing).for_run_note)
        raise


@contextmanager
def _store(sync_run_id: int, store_hash: str) -> Iterator[StoreClient]:
    """The client of a store; what it sent is counted, whether the step succeeds or not."""
    with open_store(store_hash) as client:
        try:
            yield client
        finally:
            with _noted() as crm:
                sync_runs.add_requests(crm, sync_run_id, client.statistics.requests)


@contextmanager
def _noted() -> Iterator[Connection]:
    """A connection of its own for a word about the step, whose own connection may be the trouble."""
    try:
        with open_crm() as crm:
            yield crm
            crm.commit()
    except DatabaseError as error:
        log.warning("Nothing could be noted in crm.sync_run. %s", error)
