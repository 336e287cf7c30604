"""The warnings of a sync in sentences: skipped rows, blank and duplicate SKUs, required options."""

from __future__ import annotations

from collections.abc import Iterator

from include.crm import publication, required_options
from include.crm.database import Connection
from include.crm.publication import FoundChanges, QuarantinedRow, SkuWarning
from include.crm.required_options import UnsetOption
from include.crm.sync_warnings import WARNINGS_KEPT_OF_A_KIND, SyncWarning
from include.outside_text import LONGEST, clean_text, visible


def of_staged_rows(crm: Connection, found: FoundChanges) -> Iterator[SyncWarning]:
    """What is wrong with the rows just staged and compared, the first of each kind."""
    yield from map(_skipped, publication.quarantined_rows(crm, WARNINGS_KEPT_OF_A_KIND))
    if found.blank_skus or found.duplicate_skus:
        yield from map(_sku, publication.sku_warnings(crm, WARNINGS_KEPT_OF_A_KIND))


def of_required_options(crm: Connection, campaign_id: int) -> Iterator[SyncWarning]:
    """The products of a campaign whose orders BigCommerce would refuse, the first of them."""
    yield from map(_unset, required_options.unset(crm, campaign_id, limit=WARNINGS_KEPT_OF_A_KIND))


def _skipped(row: QuarantinedRow) -> SyncWarning:
    return SyncWarning(
        "quarantined", row.bigcommerce_product_id, row.bigcommerce_variant_id, row.sku, row.reason
    )


def _sku(found: SkuWarning) -> SyncWarning:
    if found.kind == "blank SKU":
        reason = (
            f"{clean_text(found.name, LONGEST)} has no SKU. If BigCommerce recreates it, the CRM takes it "
            "for a new variant, without its override price and its links. Give it a SKU in BigCommerce and "
            "sync again."
        )
    else:
        reason = (
            f"{found.alike:,} variants share the SKU {visible(found.sku.strip())} (in upper or lower case), "
            "so no price file can name one by it, and the CRM may not recognize them if BigCommerce "
            "recreates them. Make it unique in BigCommerce and sync again."
        )
    return SyncWarning(
        found.kind, found.bigcommerce_product_id, found.bigcommerce_variant_id, found.sku, reason
    )


def _unset(found: UnsetOption) -> SyncWarning:
    option, product = (
        clean_text(found.option_name, LONGEST),
        clean_text(found.product_name, LONGEST),
    )
    reason = (
        f"BigCommerce requires the option “{option}” of {product}. Orders for this "
        f"product will be refused until {found.variants:,} of its variants have a default value for it: "
        "python -m include.product_sync.option_defaults"
    )
    return SyncWarning("required option", found.bigcommerce_product_id, None, found.sku, reason)
