"""The sync of changes: syncs just the products that hints name, with the steps of a full sync.

It is recorded as a sync of its own kind, which changes neither the status of the data source nor its last
sync. Its hints are handled only when its custom fields are written: the next run repeats what fails before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from include.bigcommerce.catalog import PRODUCTS_PER_PAGE
from include.bigcommerce.client import StoreClient
from include.bigcommerce.scope_check import read_accessible_store
from include.bigcommerce.store_information import Store
from include.connections.crm import open_crm
from include.crm import (
    campaign_product_ids,
    catalogue_pages,
    change_hints,
    change_pauses,
    custom_fields,
    data_sources,
    sync_runs,
    sync_warnings,
)
from include.crm.currency_codes import campaign_currency, store_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_run_rows import SyncRun
from include.errors import actionable
from include.product_sync import metrics, steps, summary, warning_sentences
from include.product_sync.errors import CustomFieldsRefused
from include.product_sync.read_changed import ChangedProducts, read_changed
from include.product_sync.write_back import WriteBack
from include.read_required_options import read_new_and_changed


def sync_changes(
    store_hash: str, product_ids: Sequence[int], dag_run_url: str | None = None
) -> dict[str, Any]:
    """Read, publish and write back these products, and settle their hints. Gives {summary, counts}.

    `product_ids` are BigCommerce's; the store has been synced before. Raises AnotherSyncRuns before anything
    is changed; any other error is kept with the sync, which is Failed then.
    """
    with steps.exclusive(store_hash):
        with open_crm() as crm:
            source = data_sources.required(crm, store_hash)
            sync_run_id = sync_runs.begin_changes(crm, source.data_source_id, product_ids, dag_run_url)
            crm.commit()
        try:
            read = _read(sync_run_id, source, product_ids)
            steps.load(sync_run_id)
            finished = _write_back(sync_run_id, source, product_ids, read)
        except Exception as error:
            with open_crm() as crm:
                sync_runs.fail(crm, sync_run_id, actionable(error, "syncing changes").for_run_note)
                if not isinstance(error, CustomFieldsRefused):  # then everything that could be done is done
                    change_pauses.prolong(crm, source.data_source_id)
                crm.commit()
            raise
    metrics.changes_published(finished)
    return {"summary": finished.summary, "counts": finished.counts}


def _read(sync_run_id: int, source: DataSource, product_ids: Sequence[int]) -> ChangedProducts:
    assert source.campaign_id is not None, "the store has been synced before"
    with (
        steps.running(sync_run_id, "reading products") as (crm, run),
        steps.counting_store(sync_run_id, run.store_hash) as client,
    ):
        currency, of_campaign = store_currency(crm, source), campaign_currency(crm, source.campaign_id)
        crm.commit()
        is_changed = currency != of_campaign  # unless it was set back
        known = read_accessible_store(client) if is_changed else Store(source.store_name, currency)
        return read_changed(crm, client, sync_run_id, source.campaign_id, known, product_ids)


def _write_back(
    sync_run_id: int, source: DataSource, product_ids: Sequence[int], read: ChangedProducts
) -> SyncRun:
    """Write the custom fields, settle the hints and complete the sync. Raises CustomFieldsRefused."""
    with steps.running(sync_run_id, "writing custom fields") as (crm, run):
        with steps.counting_store(sync_run_id, run.store_hash) as client:
            counts, fields = _write_to_store(crm, client, run, source, product_ids)
        requests_least = math.ceil(len(product_ids) / PRODUCTS_PER_PAGE) + counts.pop("option_requests")
        requests_least += int(read.has_changes)  # what the prices are in
        requests_least += math.ceil(fields.written / custom_fields.batch_size(crm, run.data_source_id))
        sync_runs.record_counts(crm, sync_run_id, counts)
        # a field that the store refuses today it refuses in five minutes, too
        change_hints.settle_products(crm, sync_run_id, product_ids)
        change_hints.notify_waiting(crm, run.data_source_id)
        change_pauses.end(crm, run.data_source_id)
        catalogue_pages.forget_unneeded(crm, sync_run_id)
        if not fields.refused:
            described = summary.of_changes(len(product_ids), counts, read.left)
            sync_runs.complete(crm, sync_run_id, described, counts, requests_least)
        crm.commit()
        if fields.refused:
            raise CustomFieldsRefused(fields.refused, counts["variants"], fields.first_reason)
        return sync_runs.get(crm, sync_run_id)


def _write_to_store(
    crm: Connection, client: StoreClient, run: SyncRun, source: DataSource, product_ids: Sequence[int]
) -> tuple[dict[str, int], WriteBack]:
    assert source.campaign_id is not None
    concerned = set(product_ids)
    option_requests = read_new_and_changed(crm, client, source.campaign_id, only=concerned)
    unset = [
        warning
        for warning in warning_sentences.of_required_options(crm, source.campaign_id)
        if warning.bigcommerce_product_id in concerned
    ]
    sync_warnings.add(crm, run.sync_run_id, unset)
    published = campaign_product_ids.among(crm, source.campaign_id, concerned)
    fields = WriteBack(crm, client, run.sync_run_id, source, list(published.values()))
    fields.run(verify=False)
    counts = run.counts | {
        "required_options": len(unset),
        "custom_fields_written": fields.written,
        "custom_fields_refused": fields.refused,
        "option_requests": option_requests,
    }
    return counts, fields
