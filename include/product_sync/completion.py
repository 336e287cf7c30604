"""Ends a sync: writes the custom fields, reads the required options, and sets the status Completed.

Completed means that all products were pulled and every variant in the store carries its custom field. A sync
that published its products, but had a custom field refused, ends as Failed and says how many.
"""

from __future__ import annotations

import math

from include.bigcommerce.catalog import PRODUCTS_PER_PAGE
from include.bigcommerce.client import StoreClient
from include.crm import (
    catalogue_pages,
    change_pauses,
    custom_fields,
    publication,
    required_options,
    sync_runs,
    sync_warnings,
)
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_run_rows import SyncRun
from include.product_sync import summary, warning_sentences
from include.product_sync.errors import CustomFieldsRefused
from include.product_sync.load import stage_and_compare
from include.product_sync.write_back import WriteBack, learn_fields
from include.read_required_options import read_new_and_changed


def write_to_store(crm: Connection, client: StoreClient, run: SyncRun, source: DataSource) -> None:
    """Write the custom fields, and read the required options of new and changed products.

    Keeps the counts. Raises CustomFieldsRefused if the store refused a field, any BigCommerceError.
    """
    assert source.campaign_id is not None, "a published sync has a campaign"
    if run.verify_custom_fields:
        required_options.mark_unread(crm, source.campaign_id)
    option_requests = read_new_and_changed(crm, client, source.campaign_id)
    sync_warnings.forget(crm, run.sync_run_id, "required option")
    sync_warnings.add(crm, run.sync_run_id, warning_sentences.of_required_options(crm, source.campaign_id))
    fields = WriteBack(crm, client, run.sync_run_id, source)
    fields.run(verify=run.verify_custom_fields)
    counts = run.counts | {
        "required_options": required_options.count_unset(crm, source.campaign_id),
        # over all attempts of this step, as the progress bar shows it
        "custom_fields_written": sync_runs.get(crm, run.sync_run_id).custom_fields_written,
        "custom_fields_refused": fields.refused,
        "option_requests": run.counts.get("option_requests", 0) + option_requests,
    }
    sync_runs.record_counts(crm, run.sync_run_id, counts)
    crm.commit()
    if fields.refused:
        raise CustomFieldsRefused(fields.refused, counts["variants"], fields.first_reason)


def count_fields_to_write(crm: Connection, client: StoreClient, run: SyncRun, source: DataSource) -> None:
    """For a dry run that verifies: count the fields that the store itself lacks or has with another value."""
    with crm.transaction(force_rollback=True):
        for _ in learn_fields(crm, client, source, forget_the_rest=True):
            pass
        stage_and_compare(crm, run.sync_run_id)
        to_write = publication.count_custom_fields_to_write(crm, source.data_source_id)
    sync_runs.record_counts(crm, run.sync_run_id, run.counts | {"custom_fields_to_write": to_write})
    crm.commit()


def complete(crm: Connection, sync_run_id: int) -> SyncRun:
    """End the sync as Completed, and drop the pages it read."""
    run = sync_runs.get(crm, sync_run_id)
    counts = run.counts
    least = (
        math.ceil(counts["products"] / PRODUCTS_PER_PAGE)
        + math.ceil(
            counts.get("custom_fields_written", 0) / custom_fields.batch_size(crm, run.data_source_id)
        )
        + counts.pop("option_requests", 0)
    )
    described = summary.sentence(counts, dry_run=run.dry_run)
    catalogue_pages.forget_unneeded(crm, sync_run_id)
    sync_runs.complete(crm, sync_run_id, described, counts, requests_least=least)
    if not run.dry_run:
        change_pauses.end(crm, run.data_source_id)
    crm.commit()
    return sync_runs.get(crm, sync_run_id)
