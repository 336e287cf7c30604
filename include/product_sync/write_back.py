"""Step 4: every variant in BigCommerce carries `<campaign product id>.<variant detail id>` as a custom field.

Only fields that are missing or differ are written, and what the store confirms is remembered batch by batch.
If a crash came between writing and remembering, the store says "already exists": then what it has is read
in bulk and remembered, and only what still differs is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.metafields import (
    BatchOutcome,
    VariantMetafield,
    read_variant_metafields,
    write_variant_metafields,
)
from include.crm.data_sources import DataSource
from include.crm.database import execute, fetch_all, fetch_one

Connection = psycopg.Connection[Any]

# Each look goes through all variants of the store, so few looks; this many take 10 MB.
PENDING_AT_A_TIME = 10_000
REFUSALS_KEPT = 1_000
# The first pass writes; another follows only where the first found that the store differs from our memory.
PASSES = 3


@dataclass
class WriteBack:
    """One data source's fields being written: what became of them so far."""

    crm: Connection
    client: StoreClient
    sync_run_id: int
    source: DataSource
    written: int = 0
    refused: int = 0
    # BigCommerce variants that will not take the field in this run: refused, or gone since they were read
    given_up: set[int] = field(default_factory=set)

    def run(self, *, verify: bool) -> None:
        """Write what BigCommerce lacks, committing as it goes.

        verify=True first reads every field the store has and takes that for the truth. Raises what
        include.bigcommerce.errors names; what was written until then is remembered.
        """
        if verify:
            self._learn(forget_the_rest=True)
        for number in range(1, PASSES + 1):
            if not self._write_pending(last=number == PASSES):
                return

    def _write_pending(self, *, last: bool) -> bool:
        """One pass; True if the store was found to differ from our memory, so that another is needed."""
        pending = count_pending(self.crm, self.source.data_source_id) - len(self.given_up)
        execute(self.crm, "custom_fields/expect", sync_run_id=self.sync_run_id, pending=pending)
        self.crm.commit()
        already_there = lost = False
        for outcome in write_variant_metafields(self.client, self._pending()):
            self._remember(outcome.written)
            lost |= self._forget(outcome)
            already_there |= bool(outcome.already_exists)
            if last:
                for metafield in outcome.already_exists:
                    self._refuse(metafield, "BigCommerce says that it exists, but does not list it.")
            for metafield, reason in outcome.refused:
                self._refuse(metafield, reason)
            self.written += len(outcome.written)
            execute(
                self.crm,
                "custom_fields/progress",
                sync_run_id=self.sync_run_id,
                written=len(outcome.written),
            )
            self.crm.commit()
        if already_there and not last:
            self._learn(forget_the_rest=False)
        return already_there or lost

    def _pending(self) -> Iterator[VariantMetafield]:
        after = 0
        while rows := fetch_all(
            self.crm,
            "custom_fields/pending",
            data_source_id=self.source.data_source_id,
            after=after,
            limit=PENDING_AT_A_TIME,
        ):
            for row in rows:
                if row["bigcommerce_variant_id"] not in self.given_up:
                    yield VariantMetafield(
                        variant_id=row["bigcommerce_variant_id"],
                        namespace=row["namespace"],
                        key=row["key"],
                        value=row["value"],
                        permission_set=row["permission_set"],
                        id=row["metafield_id"],
                    )
            after = rows[-1]["variant_detail_id"]

    def _learn(self, *, forget_the_rest: bool) -> None:
        """Read what the store has and remember it; forget_the_rest=True: and nothing else."""
        namespace, key = self.source.custom_field_namespace, self.source.custom_field_key
        rows = fetch_all(self.crm, "custom_fields/held_metafields", data_source_id=self.source.data_source_id)
        lost = {row["metafield_id"] for row in rows}
        for metafields in read_variant_metafields(self.client, namespace, key):
            self._remember(metafields)
            lost.difference_update(metafield.id for metafield in metafields)
            self.crm.commit()
        if forget_the_rest:
            self._forget_metafields(list(lost))
            self.crm.commit()

    def _remember(self, metafields: list[VariantMetafield]) -> None:
        if not metafields:
            return
        execute(
            self.crm,
            "custom_fields/remember",
            data_source_id=self.source.data_source_id,
            variant_ids=[metafield.variant_id for metafield in metafields],
            metafield_ids=[metafield.id for metafield in metafields],
            namespaces=[metafield.namespace for metafield in metafields],
            keys=[metafield.key for metafield in metafields],
            permission_sets=[metafield.permission_set for metafield in metafields],
            values=[metafield.value for metafield in metafields],
        )

    def _forget(self, outcome: BatchOutcome) -> bool:
        """A field that we remember and the store lost is made anew; a variant that is gone needs none."""
        lost = [metafield.id for metafield in outcome.gone if metafield.id is not None]
        self.given_up |= {metafield.variant_id for metafield in outcome.gone if metafield.id is None}
        self._forget_metafields(lost)
        return bool(lost)

    def _forget_metafields(self, metafield_ids: list[int]) -> None:
        if metafield_ids:
            execute(
                self.crm,
                "custom_fields/forget",
                data_source_id=self.source.data_source_id,
                metafield_ids=metafield_ids,
            )

    def _refuse(self, metafield: VariantMetafield, reason: str) -> None:
        self.refused += 1
        self.given_up.add(metafield.variant_id)
        execute(
            self.crm,
            "custom_fields/record_refused",
            sync_run_id=self.sync_run_id,
            variant_id=metafield.variant_id,
            reason=f"BigCommerce did not take the custom field {metafield.value}: {reason}",
            limit=REFUSALS_KEPT,
        )


def count_pending(crm: Connection, data_source_id: int) -> int:
    """How many variants' custom fields are missing in BigCommerce or differ."""
    row = fetch_one(crm, "custom_fields/count_pending", data_source_id=data_source_id)
    assert row is not None
    return int(row["pending"])
