"""Step 3: every variant in BigCommerce gets its write-back value as a custom field.

Only fields that are missing or differ are written, and what the store confirms is remembered batch by batch.
If a crash came between writing and remembering, the store says "already exists": then what it has is read
in bulk and remembered, and only what still differs is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from include.bigcommerce.client import StoreClient
from include.bigcommerce.metafields import (
    LARGEST_BATCH,
    BatchOutcome,
    BatchSize,
    VariantMetafield,
    read_variant_metafields,
    write_variant_metafields,
)
from include.crm import custom_fields, sync_warnings
from include.crm.custom_fields import CustomField
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_warnings import SyncWarning

# The first pass writes; another follows only where the first found that the store differs from our memory.
PASSES = 3
EXISTS_UNLISTED = (
    "it says that the field exists, but does not list it. Start a sync with “Verify custom fields”; if that "
    "does not help, ask BigCommerce's support."
)


@dataclass
class WriteBack:
    """The custom fields of one data source being written, and what became of them so far."""

    crm: Connection
    client: StoreClient
    sync_run_id: int
    source: DataSource
    # our ids of the only products whose fields are written; None: of all
    product_ids: Sequence[int] | None = None
    written: int = 0
    refused: int = 0
    # the first reason that the store gave for refusing a field
    first_reason: str = ""
    # BigCommerce variants that take no field in this run: refused, or gone since they were read
    given_up: set[int] = field(default_factory=set)

    def run(self, *, verify: bool) -> None:
        """Write what BigCommerce lacks, committing as it goes.

        verify=True trusts no memory of the store: it reads every field that the store has, and tries the
        largest batches again. Raises any BigCommerceError; what was written until then is remembered.
        """
        sync_warnings.forget(self.crm, self.sync_run_id, "custom field refused")
        if verify:
            custom_fields.remember_batch_size(self.crm, self.source.data_source_id, LARGEST_BATCH)
            for _ in learn_fields(self.crm, self.client, self.source, forget_the_rest=True):
                self.crm.commit()
        size = BatchSize(custom_fields.batch_size(self.crm, self.source.data_source_id))
        for number in range(1, PASSES + 1):
            if not self._write_pending(size, last=number == PASSES):
                return

    def _write_pending(self, size: BatchSize, *, last: bool) -> bool:
        """One pass; True if the store was found to differ from our memory, so that another is needed."""
        pending = custom_fields.count_pending(self.crm, self.source.data_source_id, self.product_ids)
        pending -= len(self.given_up)
        custom_fields.expect(self.crm, self.sync_run_id, pending)
        self.crm.commit()
        already_there = lost = False
        known_size = size.remembered
        for outcome in write_variant_metafields(self.client, self._pending(), size):
            if size.remembered < known_size:
                known_size = size.remembered
                custom_fields.remember_batch_size(self.crm, self.source.data_source_id, known_size)
            custom_fields.remember(self.crm, self.source.data_source_id, _custom_fields(outcome.written))
            lost |= self._forget(outcome)
            already_there |= bool(outcome.already_exists)
            if last:
                for metafield in outcome.already_exists:
                    self._refuse(metafield, EXISTS_UNLISTED)
            for metafield, reason in outcome.refused:
                self._refuse(metafield, reason)
            self.written += len(outcome.written)
            custom_fields.add_written(self.crm, self.sync_run_id, len(outcome.written))
            self.crm.commit()
        if already_there and not last:
            for _ in learn_fields(self.crm, self.client, self.source, forget_the_rest=False):
                self.crm.commit()
        return already_there or lost

    def _pending(self) -> Iterator[VariantMetafield]:
        for each in custom_fields.pending(self.crm, self.source.data_source_id, self.product_ids):
            if each.bigcommerce_variant_id not in self.given_up:
                yield VariantMetafield(
                    variant_id=each.bigcommerce_variant_id,
                    namespace=each.namespace,
                    key=each.key,
                    value=each.value,
                    permission_set=each.permission_set,
                    id=each.metafield_id,
                )

    def _forget(self, outcome: BatchOutcome) -> bool:
        """A field that we remember and the store lost is made anew; a variant that is gone needs none."""
        lost = [metafield.id for metafield in outcome.gone if metafield.id is not None]
        self.given_up |= {metafield.variant_id for metafield in outcome.gone if metafield.id is None}
        custom_fields.forget(self.crm, self.source.data_source_id, lost)
        return bool(lost)

    def _refuse(self, metafield: VariantMetafield, reason: str) -> None:
        self.refused += 1
        self.first_reason = self.first_reason or reason
        self.given_up.add(metafield.variant_id)
        product_id, sku = custom_fields.owner(self.crm, self.source.data_source_id, metafield.variant_id)
        warning = SyncWarning(
            "custom field refused",
            product_id,
            metafield.variant_id,
            sku,
            f"BigCommerce refused the custom field {metafield.value}: {reason}",
        )
        sync_warnings.add(self.crm, self.sync_run_id, [warning])


def learn_fields(
    crm: Connection, client: StoreClient, source: DataSource, *, forget_the_rest: bool
) -> Iterator[None]:
    """Read the custom fields that the store has and remember them, page by page; the caller commits, or not.

    forget_the_rest=True: and remember no others. Raises any BigCommerceError.
    """
    lost = custom_fields.held_metafields(crm, source.data_source_id)
    for metafields in read_variant_metafields(client, source.custom_field_namespace, source.custom_field_key):
        custom_fields.remember(crm, source.data_source_id, _custom_fields(metafields))
        lost.difference_update(metafield.id for metafield in metafields if metafield.id is not None)
        yield
    if forget_the_rest:
        custom_fields.forget(crm, source.data_source_id, sorted(lost))
        custom_fields.mark_verified(crm, source.data_source_id)
        yield


def _custom_fields(metafields: Iterable[VariantMetafield]) -> list[CustomField]:
    return [_custom_field(each) for each in metafields]


def _custom_field(metafield: VariantMetafield) -> CustomField:
    return CustomField(
        bigcommerce_variant_id=metafield.variant_id,
        namespace=metafield.namespace,
        key=metafield.key,
        value=metafield.value,
        permission_set=metafield.permission_set,
        metafield_id=metafield.id,
    )
