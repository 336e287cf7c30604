"""Step 3: the catalogue as read becomes the campaign, in one transaction: readers see the old or the new."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from include.bigcommerce.catalog import Product, Unusable, parse_products
from include.crm.database import execute, fetch_one, query
from include.product_sync.errors import CurrencyChanged, MassRemoval, PagesMissing, Superseded
from include.product_sync.transform import CampaignRows, translate

Connection = psycopg.Connection[Any]

CHANGES_SHOWN = 100
WARNINGS_KEPT_OF_A_KIND = 1_000


def load(crm: Connection, sync_run_id: int) -> dict[str, int]:
    """Publish what `extract` read, and commit; the counts as crm.sync_run.counts describes them.

    A dry run finds and records the same counts and changes, and publishes nothing. A sync that has been
    published already is left as it is. Raises MassRemoval, Superseded, PagesMissing, CurrencyChanged,
    psycopg.Error; then nothing is published.
    """
    with crm.transaction():
        execute(crm, "product_sync/create_staging")
        pages = _stage(crm, sync_run_id)
        source = fetch_one(crm, "product_sync/lock_data_source", sync_run_id=sync_run_id)
        assert source is not None
        if source["published_at"] is not None:
            return dict(source["counts"])
        if source["read_at"] is None or source["pages"] != pages:
            raise PagesMissing
        if source["superseded_at"] is not None:
            raise Superseded
        if source["campaign_currency_code"] not in (None, source["currency_code"]):
            raise CurrencyChanged(source["campaign_currency_code"], source["currency_code"])
        campaign_id = source["campaign_id"]
        execute(crm, "product_sync/analyze_staging")
        execute(crm, "product_sync/find_product_changes", campaign_id=campaign_id)
        execute(crm, "product_sync/find_variant_changes", campaign_id=campaign_id)
        counts = _count(crm, campaign_id, source["allow_mass_removal"])
        _record(crm, sync_run_id, counts)
        if not source["dry_run"]:
            _publish(crm, sync_run_id, source)
            if counts["variants_new"]:
                execute(crm, "product_sync/analyze_campaign")
        return counts


def _stage(crm: Connection, sync_run_id: int) -> int:
    """Translate the pages one by one, so that memory stays flat, into this transaction's tables; how many.

    While Postgres takes one page in, a thread translates the next.
    """
    seen: set[int | None] = set()
    pages = 0
    with ThreadPoolExecutor(1) as pool:
        translated: Future[CampaignRows] | None = None
        for body in _pages(crm, sync_run_id):
            upcoming = pool.submit(_translate, body, seen)
            if translated:
                _copy(crm, translated.result())
            translated = upcoming
            pages += 1
        if translated:
            _copy(crm, translated.result())
    return pages


def _pages(crm: Connection, sync_run_id: int) -> Iterator[bytes]:
    for page_number in itertools.count(1):
        page = fetch_one(crm, "product_sync/page", sync_run_id=sync_run_id, page_number=page_number)
        if page is None:
            return
        yield page["body"]


def _translate(body: bytes, seen: set[int | None]) -> CampaignRows:
    return translate(_not_seen(parse_products(body), seen))


def _not_seen(items: Iterable[Product | Unusable], seen: set[int | None]) -> Iterator[Product | Unusable]:
    """Without the products of earlier pages: two readers may meet one where others vanish meanwhile."""
    for item in items:
        product_id = item.id if isinstance(item, Product) else item.product_id
        if product_id is None or product_id not in seen:
            seen.add(product_id)
            yield item


def _copy(crm: Connection, rows: CampaignRows) -> None:
    for name, frame in (
        ("product_sync/copy_products", rows.products),
        ("product_sync/copy_variants", rows.variants),
        ("product_sync/copy_quarantined", rows.quarantined),
    ):
        if frame.empty:
            continue
        with crm.cursor() as cursor, cursor.copy(query(name)) as copy:
            for row in _plain_rows(frame):
                copy.write_row(row)


def _plain_rows(frame: pd.DataFrame) -> Any:
    """Rows of plain Python values: psycopg does not know numpy's."""
    return zip(*(frame[column].tolist() for column in frame.columns), strict=True)


def _count(crm: Connection, campaign_id: int | None, allow_mass_removal: bool) -> dict[str, int]:
    row = fetch_one(crm, "product_sync/count_changes", campaign_id=campaign_id)
    assert row is not None
    found = row["variants"] + row["variants_quarantined"]
    if found * 2 < row["variants_held"] and not allow_mass_removal:
        raise MassRemoval(found, row["variants_held"])
    counts: dict[str, int] = {"products": row["products"], "variants": row["variants"]}
    for kind, changes in (("products", row["product_changes"]), ("variants", row["variant_changes"])):
        kinds = ["new", "changed", "removed", "revived", *(["relinked"] if kind == "variants" else [])]
        counts |= {f"{kind}_{change}": changes.get(change, 0) for change in kinds}
        touched = sum(number for change, number in changes.items() if change != "removed")
        counts[f"{kind}_unchanged"] = row[kind] - touched
    return counts | {name: int(row[name]) for name in ("quarantined", "blank_skus", "duplicate_skus")}


def _record(crm: Connection, sync_run_id: int, counts: dict[str, int]) -> None:
    described = fetch_one(crm, "product_sync/describe_changes", limit=CHANGES_SHOWN)
    assert described is not None
    execute(
        crm,
        "product_sync/record_counts",
        sync_run_id=sync_run_id,
        counts=Jsonb(counts),
        changes=Jsonb(described["changes"]),
    )
    execute(crm, "product_sync/record_warnings", sync_run_id=sync_run_id, limit=WARNINGS_KEPT_OF_A_KIND)


def _publish(crm: Connection, sync_run_id: int, source: dict[str, Any]) -> None:
    campaign_id = source["campaign_id"]
    if campaign_id is None:
        created = fetch_one(
            crm,
            "product_sync/create_campaign",
            data_source_id=source["data_source_id"],
            store_name=source["store_name"],
            currency_code=source["currency_code"],
        )
        assert created is not None
        campaign_id = created["campaign_id"]
    execute(crm, "product_sync/publish_products", campaign_id=campaign_id, biller_id=source["biller_id"])
    execute(crm, "product_sync/publish_variants", campaign_id=campaign_id)
    execute(crm, "product_sync/mark_published", sync_run_id=sync_run_id)
