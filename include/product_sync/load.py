"""Step 3: the catalogue as read becomes the campaign, in one transaction: readers see the old or the new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, get_args

import pandas as pd
import psycopg

from include.bigcommerce.catalog import Product, Unusable, parse_products
from include.crm import catalogue_pages, publication, sync_warnings
from include.crm.publication import FoundChanges, Reading, Staged
from include.crm.sync_changes import ChangeKind
from include.product_sync import mass_removal_guard, store_findings
from include.product_sync.errors import CurrencyChanged, PagesMissing, Superseded
from include.product_sync.transform import CampaignRows, translate

Connection = psycopg.Connection[Any]


def load(crm: Connection, sync_run_id: int) -> dict[str, int]:
    """Publish what `extract` read, and commit; the counts as crm.sync_run.counts describes them.

    A dry run finds and records the same counts and changes, and publishes nothing. A sync that is published
    already is left as it is. Raises SyncStopped or psycopg.Error; then nothing is published.
    """
    with crm.transaction():
        reading, found = stage_and_compare(crm, sync_run_id)
        if found is None:
            return reading.counts
        counts = _counts(found)
        recorded = dict(counts)
        if reading.dry_run:
            recorded["custom_fields_to_write"] = publication.count_custom_fields_to_write(
                crm, reading.data_source_id
            )
        publication.record_counts(crm, sync_run_id, recorded)
        sync_warnings.replace(crm, sync_run_id, store_findings.of_staged_rows(crm))
        if not reading.dry_run:
            publication.publish(crm, sync_run_id, reading)
            if found.variant_changes.get("new"):
                publication.analyze_campaign(crm)
        return counts


def stage_and_compare(crm: Connection, sync_run_id: int) -> tuple[Reading, FoundChanges | None]:
    """What was read, and how it differs from the campaign; None if it is published already.

    Leaves both in temporary tables of the caller's transaction. Raises SyncStopped.
    """
    publication.create_staging(crm)
    pages, listed_products = _stage(crm, sync_run_id)
    reading = publication.lock_data_source(crm, sync_run_id)
    if reading.published_at is not None:
        return reading, None
    if reading.read_at is None or reading.pages != pages:
        raise PagesMissing
    if reading.superseded_at is not None:
        raise Superseded
    if reading.campaign_currency_code not in (None, reading.currency_code):
        raise CurrencyChanged(str(reading.campaign_currency_code), reading.currency_code)
    found = publication.find_changes(crm, reading.campaign_id)
    mass_removal_guard.check(
        found, listed_products=listed_products, allow_mass_removal=reading.allow_mass_removal
    )
    return reading, found


def _stage(crm: Connection, sync_run_id: int) -> tuple[int, int]:
    """Translate the pages one by one, so that memory stays flat; how many pages and products there are.

    While Postgres takes one page in, a thread translates the next.
    """
    seen: set[int | None] = set()
    pages = products = 0
    with ThreadPoolExecutor(1) as pool:
        translated: Future[tuple[int, CampaignRows]] | None = None
        for body in catalogue_pages.bodies(crm, sync_run_id):
            upcoming = pool.submit(_translate, body, seen)
            if translated:
                products += _copy(crm, *translated.result())
            translated = upcoming
            pages += 1
        if translated:
            products += _copy(crm, *translated.result())
    return pages, products


def _translate(body: bytes, seen: set[int | None]) -> tuple[int, CampaignRows]:
    listed = list(_not_seen(parse_products(body), seen))
    return len(listed), translate(listed)


def _not_seen(items: Iterable[Product | Unusable], seen: set[int | None]) -> Iterator[Product | Unusable]:
    """Without the products of earlier pages: two readers may meet one while others vanish."""
    for item in items:
        product_id = item.id if isinstance(item, Product) else item.product_id
        if product_id is None or product_id not in seen:
            seen.add(product_id)
            yield item


def _copy(crm: Connection, products: int, rows: CampaignRows) -> int:
    for table in get_args(Staged):
        frame: pd.DataFrame = getattr(rows, table)
        if not frame.empty:
            publication.stage(crm, table, _plain_rows(frame))
    return products


def _plain_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows of plain Python values: psycopg does not know numpy's."""
    return zip(*(frame[column].tolist() for column in frame.columns), strict=True)


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
