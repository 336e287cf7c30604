"""Step 2: publishes what was read as the campaign, in one transaction: readers see the old or the new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from include.crm import change_hints, first_publication, publication, sync_runs, sync_warnings
from include.crm.database import Connection
from include.crm.publication import FoundChanges, Reading
from include.crm.session import unlimit
from include.crm.sync_changes import ChangeKind
from include.product_sync import mass_removal_guard, warning_sentences
from include.product_sync.errors import CurrencyChanged, PagesMissing, PublishedMeanwhile, Superseded
from include.product_sync.staging import stage


def load(crm: Connection, sync_run_id: int) -> dict[str, int]:
    """Publish what `extract` read, and commit; the counts as crm.sync_run.counts describes them.

    A dry run finds and records the same counts and changes, and publishes nothing. A sync that is published
    already is left as it is. Raises SyncStopped or psycopg.Error; then nothing is published.
    """
    with crm.transaction():
        unlimit(crm)
        compared = stage_and_compare(crm, sync_run_id)
        reading, found = compared.reading, compared.found
        if found is None:
            return reading.counts
        counts = _counts(found)
        recorded = dict(counts)
        if reading.dry_run:
            recorded["custom_fields_to_write"] = publication.count_custom_fields_to_write(
                crm, reading.data_source_id
            )
        sync_runs.record_counts(crm, sync_run_id, recorded)
        if not compared.is_first:
            publication.record_changes(crm, sync_run_id)
        sync_warnings.replace(crm, sync_run_id, warning_sentences.of_staged_rows(crm, found))
        if not reading.dry_run:
            publication.publish(crm, sync_run_id, reading, found, is_first=compared.is_first)
            if reading.only_product_ids is None:
                change_hints.settle_by_full_sync(crm, sync_run_id)
            else:
                change_hints.keep_repeated(crm, sync_run_id, reading.only_product_ids)
            if found.variant_changes.get("new") and not compared.is_first:
                publication.analyze_campaign(crm)
        return counts


@dataclass(frozen=True)
class Compared:
    """What was read, and how it differs from the campaign; `found` is None if it is published already.

    `is_first`: there was no campaign before, so it has been created from what was read, and recorded.
    """

    reading: Reading
    found: FoundChanges | None
    is_first: bool


def stage_and_compare(crm: Connection, sync_run_id: int) -> Compared:
    """Compare what was read with the campaign.

    Leaves both in temporary tables of the caller's transaction, and the rows of a first sync in the campaign.
    Raises SyncStopped.
    """
    new_campaign = first_publication.begin(crm, sync_run_id)
    if new_campaign is None:
        publication.create_staging(crm)
    staged = stage(crm, sync_run_id, new_campaign or publication.Staging(crm))
    reading = publication.lock_data_source(crm, sync_run_id)
    if reading.published_at is not None:
        return Compared(reading, None, is_first=False)
    if reading.read_at is None or reading.pages != staged.pages:
        raise PagesMissing
    if reading.superseded_at is not None:
        raise Superseded
    if reading.campaign_currency_code not in (None, reading.currency_code):
        raise CurrencyChanged(str(reading.campaign_currency_code), reading.currency_code)
    if publication.find_unchanged(crm, reading.campaign_id) != staged.known:
        raise PublishedMeanwhile
    if new_campaign:
        found = new_campaign.find_changes()
    else:
        found = publication.find_changes(crm, reading.campaign_id, reading.only_product_ids)
    # what a sync of changes removes, it has looked for twice (read_changed.py)
    if reading.only_product_ids is None:
        mass_removal_guard.check(
            found,
            listed_products=staged.listed,
            allow_mass_removal=reading.allow_mass_removal,
            remove_at_most=reading.remove_at_most,
        )
    return Compared(reading, found, is_first=new_campaign is not None)


def _counts(found: FoundChanges) -> dict[str, int]:
    counts = {"products": found.products, "variants": found.variants}
    for kind, number, changes in (
        ("products", found.products, found.product_changes),
        ("variants", found.variants, found.variant_changes),
    ):
        # only variants are matched to a new id
        possible = [each for each in get_args(ChangeKind) if kind == "variants" or each != "relinked"]
        counts |= {f"{kind}_{change}": changes.get(change, 0) for change in possible}
        touched = sum(number for change, number in changes.items() if change != "removed")
        counts[f"{kind}_unchanged"] = number - touched
    return counts | {name: getattr(found, name) for name in ("quarantined", "blank_skus", "duplicate_skus")}
