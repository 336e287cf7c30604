"""Turns the rows of a catalogue just read into a campaign's products and variants, in one transaction.

All functions of one publication run in the same transaction: stage the rows into its temporary tables,
find what changed, count and describe that, and publish it. Readers see the old or the new catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from include.crm.copy_rows import Columns, CopyRows, copy_rows, written
from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.sync_changes import CHANGES_KEPT

# A publication of so many changes looks first how large the campaign is.
MANY_CHANGES = 1_000
Staged = Literal["products", "variants", "quarantined", "known"]
# With the id of the product that keeps the variant.
REPEATED = (
    "The variant is also listed below product %s, to which it belongs; fix or delete it in BigCommerce."
)


@dataclass(frozen=True)
class Reading:
    """What a sync has read, and the data source it is to be published to.

    `superseded_at`: when a sync that read the store later was published; None if none was.
    `campaign_currency_code` is None where there is no campaign yet. `only_product_ids`: the
    BigCommerce products that a sync of changes read; None for a full sync.
    """

    data_source_id: int
    campaign_id: int | None
    biller_id: int | None
    dry_run: bool
    allow_mass_removal: bool
    remove_at_most: int | None
    published_at: datetime | None
    read_at: datetime | None
    pages: int | None
    store_name: str
    currency_code: str
    campaign_currency_code: str | None
    counts: dict[str, int]
    only_product_ids: list[int] | None
    superseded_at: datetime | None


@dataclass(frozen=True)
class QuarantinedRow:
    """A product or variant that cannot be used, and why; an id is None if it is unusable itself."""

    bigcommerce_product_id: int | None
    bigcommerce_variant_id: int | None
    sku: str
    reason: str


@dataclass(frozen=True)
class FoundChanges:
    """What a catalogue just read means for the campaign; changes are numbers by sync_changes.ChangeKind.

    `variants_held`: variants of the campaign before. `variants_kept`: those of them that the store still
    lists but in a form that cannot be used, so that they stay as they are. `variants_gone`: those that are
    removed, without as many as their product has new ones.
    """

    products: int
    variants: int
    quarantined: int
    variants_held: int
    variants_kept: int
    variants_gone: int
    product_changes: dict[str, int]
    variant_changes: dict[str, int]
    blank_skus: int
    duplicate_skus: int
    first_quarantined: QuarantinedRow | None


@dataclass(frozen=True)
class SkuWarning:
    """A variant with a blank SKU, or one that `alike` variants share (compared without case)."""

    kind: Literal["blank SKU", "duplicate SKU"]
    bigcommerce_product_id: int
    bigcommerce_variant_id: int
    sku: str
    name: str
    alike: int


def create_staging(crm: Connection) -> None:
    """Make this transaction's temporary tables."""
    execute(crm, "publication/create_staged_rows")
    execute(crm, "publication/create_staging")


@dataclass
class Staging:
    """Fills those tables; the columns of each are in sql/queries/publication/copy_<table>.sql."""

    crm: Connection

    def written(self, table: Staged, columns: Columns) -> CopyRows:
        """These columns as `add` takes them. No I/O: a thread may do it beside `add`."""
        return written(columns)

    def add(self, table: Staged, rows: CopyRows) -> None:
        """Add rows to one of them."""
        copy_rows(self.crm, f"publication/copy_{table}", rows)


def lock_data_source(crm: Connection, sync_run_id: int) -> Reading:
    """Keep others from publishing to the data source until the transaction ends; what is to be published."""
    row = fetch_one(crm, "publication/lock_data_source", sync_run_id=sync_run_id)
    if row is None:
        raise LookupError(f"There is no sync {sync_run_id} in crm.sync_run.")
    return Reading(**row)


def find_unchanged(crm: Connection, campaign_id: int | None) -> int:
    """How many of the staged known products are still published as the translation of the same JSON."""
    return execute(crm, "publication/find_unchanged", campaign_id=campaign_id)


def find_changes(
    crm: Connection, campaign_id: int | None, only_product_ids: list[int] | None = None
) -> FoundChanges:
    """Compare the staged rows with the campaign (None: there is none yet), or only with these products of it.

    Call `find_unchanged` before.
    """
    scope = {"campaign_id": campaign_id, "only_product_ids": only_product_ids}
    execute(crm, "publication/analyze_staged_rows")
    execute(crm, "publication/analyze_staging")
    execute(crm, "publication/set_aside_repeated_variants", **scope)
    execute(crm, "publication/find_product_changes", **scope)
    execute(crm, "publication/copy_held_variants", **scope)
    execute(crm, "publication/without_nested_loops")
    execute(crm, "publication/find_variant_changes")
    execute(crm, "publication/with_nested_loops")
    execute(crm, "publication/create_new_rows")
    quarantine_repeated_variants(crm)
    row = fetch_one(crm, "publication/count_changes")
    assert row is not None
    return FoundChanges(**row, **count_quarantined(crm))


def quarantine_repeated_variants(crm: Connection) -> None:
    """Name the variants that were set aside because another product has them."""
    execute(crm, "publication/quarantine_repeated_variants", reason=REPEATED)


def count_quarantined(crm: Connection) -> dict[str, Any]:
    """How many staged rows cannot be used, and the first of them, as FoundChanges has both."""
    row = fetch_one(crm, "publication/count_quarantined")
    assert row is not None
    first = row["first_quarantined"]
    return row | {"first_quarantined": QuarantinedRow(**first) if first else None}


def quarantined_rows(crm: Connection, limit: int) -> list[QuarantinedRow]:
    """The first staged rows that cannot be used, by BigCommerce ids."""
    return [QuarantinedRow(**row) for row in fetch_all(crm, "publication/quarantined_rows", limit=limit)]


def sku_warnings(crm: Connection, limit: int) -> list[SkuWarning]:
    """The first staged variants with a blank SKU, and the first with a duplicate one."""
    return [SkuWarning(**row) for row in fetch_all(crm, "publication/sku_warnings", limit=limit)]


def count_custom_fields_to_write(crm: Connection, data_source_id: int) -> int:
    """How many custom fields BigCommerce would lack if the changes found were published."""
    row = fetch_one(crm, "publication/count_custom_fields_to_write", data_source_id=data_source_id)
    assert row is not None
    return int(row["pending"])


def record_changes(crm: Connection, sync_run_id: int) -> None:
    """Keep the first CHANGES_KEPT changes in crm.sync_change, in place of those kept before."""
    execute(crm, "sync_changes/forget", sync_run_id=sync_run_id)
    execute(crm, "publication/record_changes", sync_run_id=sync_run_id, limit=CHANGES_KEPT)


def publish(
    crm: Connection, sync_run_id: int, reading: Reading, found: FoundChanges, *, is_first: bool
) -> None:
    """Carry the changes found over to the campaign; one whose first publication this is has them already."""
    scope = {"campaign_id": reading.campaign_id}
    execute(crm, "publication/forget_uncertain_digests")
    if not is_first:
        if sum(found.product_changes.values()) + sum(found.variant_changes.values()) > MANY_CHANGES:
            analyze_campaign(crm)
        execute(crm, "publication/publish_products", **scope, biller_id=reading.biller_id)
        execute(crm, "publication/publish_digests", **scope)
        execute(crm, "publication/publish_variants", **scope)
        execute(crm, "publication/forget_lost_custom_fields")
        execute(crm, "publication/forget_read_options", **scope)
    if reading.only_product_ids is None:
        execute(crm, "publication/keep_store_name", sync_run_id=sync_run_id)
    execute(crm, "publication/mark_published", sync_run_id=sync_run_id)


def analyze_campaign(crm: Connection) -> None:
    """Tell Postgres' planner about many new rows at once; autovacuum would do so a minute later."""
    execute(crm, "publication/analyze_campaign")
