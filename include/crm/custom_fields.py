"""The variants' custom fields: what each should say, and what BigCommerce is known to have.

The write-back value, `<campaign product id>.<variant detail id>`, is made by crm.write_back_value alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from include.crm.database import Connection, execute, fetch_all, fetch_one, fetch_tuples

# Each query goes through all variants of the store, so they are few; this many rows take 2 MB.
_PENDING_AT_A_TIME = 4_000


class CustomField(NamedTuple):
    """A variant's custom field (a metafield in BigCommerce).

    `metafield_id` is None until BigCommerce has one, `variant_detail_id` for one as BigCommerce lists it.
    """

    bigcommerce_variant_id: int
    namespace: str
    key: str
    value: str
    permission_set: str
    metafield_id: int | None
    variant_detail_id: int | None = None


def count_pending(crm: Connection, data_source_id: int, product_ids: Sequence[int] | None = None) -> int:
    """How many variants' custom fields are missing or differ in BigCommerce, of all or these products."""
    row = fetch_one(
        crm,
        "custom_fields/count_pending",
        data_source_id=data_source_id,
        campaign_product_ids=None if product_ids is None else list(product_ids),
    )
    assert row is not None
    return int(row["pending"])


def pending(
    crm: Connection, data_source_id: int, product_ids: Sequence[int] | None = None
) -> Iterator[CustomField]:
    """Those custom fields with the values they should have, by variant_detail_id.

    What is remembered while they are read changes nothing about those that follow.
    """
    after: int | None = 0
    while rows := fetch_tuples(
        crm,
        CustomField,
        "custom_fields/pending",
        data_source_id=data_source_id,
        campaign_product_ids=None if product_ids is None else list(product_ids),
        after=after,
        limit=_PENDING_AT_A_TIME,
    ):
        after = rows[-1].variant_detail_id
        yield from rows
        rows.clear()  # or they would be kept until the next ones are there


def owner(crm: Connection, data_source_id: int, bigcommerce_variant_id: int) -> tuple[int | None, str]:
    """The BigCommerce product of a variant, and its SKU; None and empty if the variant is no longer held."""
    row = fetch_one(
        crm,
        "custom_fields/owner",
        data_source_id=data_source_id,
        bigcommerce_variant_id=bigcommerce_variant_id,
    )
    return (row["bigcommerce_product_id"], row["sku"]) if row else (None, "")


def batch_size(crm: Connection, data_source_id: int) -> int:
    """How many custom fields the store takes in one request, as far as we know."""
    row = fetch_one(crm, "custom_fields/batch_size", data_source_id=data_source_id)
    assert row is not None
    return int(row["custom_fields_per_request"])


def remember_batch_size(crm: Connection, data_source_id: int, size: int) -> None:
    """Remember how many custom fields the store takes in one request."""
    execute(crm, "custom_fields/remember_batch_size", data_source_id=data_source_id, size=size)


def held_metafields(crm: Connection, data_source_id: int) -> set[int]:
    """The ids of all metafields that the store is believed to have."""
    rows = fetch_all(crm, "custom_fields/held_metafields", data_source_id=data_source_id)
    return {row["metafield_id"] for row in rows}


def remember(crm: Connection, data_source_id: int, found: Sequence[CustomField]) -> None:
    """Remember that the store has these; those of variants that are not this data source's are ignored."""
    if found:
        execute(
            crm,
            "custom_fields/remember",
            data_source_id=data_source_id,
            variant_ids=[each.bigcommerce_variant_id for each in found],
            metafield_ids=[each.metafield_id for each in found],
            namespaces=[each.namespace for each in found],
            keys=[each.key for each in found],
            permission_sets=[each.permission_set for each in found],
            values=[each.value for each in found],
        )


def forget(crm: Connection, data_source_id: int, metafield_ids: Sequence[int]) -> None:
    """Forget these metafields: the store no longer has them."""
    if metafield_ids:
        execute(crm, "custom_fields/forget", data_source_id=data_source_id, metafield_ids=list(metafield_ids))


def mark_verified(crm: Connection, data_source_id: int) -> None:
    """Record that all that is remembered was compared with the store."""
    execute(crm, "custom_fields/mark_verified", data_source_id=data_source_id)


def expect(crm: Connection, sync_run_id: int, pending: int) -> None:
    """Record, as progress, how many custom fields are still to be written."""
    execute(crm, "custom_fields/expect", sync_run_id=sync_run_id, pending=pending)


def add_written(crm: Connection, sync_run_id: int, written: int) -> None:
    """Record, as progress, how many more are written."""
    execute(crm, "custom_fields/progress", sync_run_id=sync_run_id, written=written)
