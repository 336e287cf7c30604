"""The first publication of a data source: rows go straight into its new campaign.

There is nothing to compare them with, so nothing is staged. While the next products are translated, Postgres
fills tables and indexes, and records the rows as changes of the sync. Readers see none of it before the
transaction ends. In place of staged rows, the queries of publication.py find views of the campaign.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from include.crm import publication
from include.crm.copy_rows import Columns, CopyRows, copy_rows, written
from include.crm.database import Connection, execute, fetch_one
from include.crm.publication import FoundChanges, Staged
from include.crm.sync_changes import CHANGES_KEPT

# Each answer of Postgres costs a few milliseconds until the thread that translates lets this one go on.
PRODUCTS_RECORDED_AT_A_TIME = 1_000


@dataclass
class NewCampaign:
    """A campaign that this transaction has created, and fills."""

    crm: Connection
    sync_run_id: int
    campaign_id: int
    biller_id: int | None
    # ours, ascending: as many as products were read
    new_ids: Iterator[int]
    # by BigCommerce's ids: of the products whose variants are written next
    _product_ids: dict[object, int] = field(default_factory=dict)
    # of the products that are not recorded yet
    _unrecorded_ids: list[int] = field(default_factory=list)
    _recorded: int = 0

    def written(self, table: Staged, columns: Columns) -> CopyRows:
        """As `publication.Staging.written`, but with our ids: first products, then their variants."""
        ids, *others = columns
        if table == "products":
            self._product_ids = {product_id: next(self.new_ids) for product_id in ids}
            campaign, biller = [[each] * len(ids) for each in (self.campaign_id, self.biller_id)]
            return written([list(self._product_ids.values()), campaign, biller, ids, *others])
        if table == "variants":
            return written([[self._product_ids[product_id] for product_id in ids], *others])
        return written(columns)

    def add(self, table: Staged, rows: CopyRows) -> None:
        """Take in rows as `publication.Staging.add` does, in the order in which they were written."""
        if table == "products":
            if len(self._unrecorded_ids) >= PRODUCTS_RECORDED_AT_A_TIME:
                self._record()
            self._unrecorded_ids += rows.keys
        folder = "first_publication" if table in ("products", "variants") else "publication"
        copy_rows(self.crm, f"{folder}/copy_{table}", rows)

    def find_changes(self) -> FoundChanges:
        """What was added, all of it new and recorded; in place of publication.find_changes."""
        self._record()
        execute(self.crm, "first_publication/end_growth")
        publication.analyze_campaign(self.crm)
        execute(self.crm, "publication/analyze_staging")
        if execute(self.crm, "first_publication/set_aside_repeated_variants"):
            publication.record_changes(self.crm, self.sync_run_id)
        publication.quarantine_repeated_variants(self.crm)
        row = fetch_one(self.crm, "first_publication/count_rows")
        assert row is not None
        return FoundChanges(
            **row,
            **publication.count_quarantined(self.crm),
            variants_held=0,
            variants_kept=0,
            variants_gone=0,
            product_changes={"new": row["products"]},
            variant_changes={"new": row["variants"]},
        )

    def _record(self) -> None:
        """Keep what was added since the last time, as `publication.record_changes` does."""
        if not self._unrecorded_ids:
            return
        self._recorded += execute(
            self.crm,
            "first_publication/record_rows",
            sync_run_id=self.sync_run_id,
            campaign_id=self.campaign_id,
            first_id=self._unrecorded_ids[0],
            last_id=self._unrecorded_ids[-1],
            recorded=self._recorded,
            limit=CHANGES_KEPT,
        )
        self._unrecorded_ids = []


def begin(crm: Connection, sync_run_id: int) -> NewCampaign | None:
    """Create the campaign of a sync's data source, and this transaction's temporary tables.

    None, and nothing is done, if there is a campaign already, if the sync is a dry run, or if it has not read
    the whole catalogue.
    """
    row = fetch_one(crm, "first_publication/create_campaign", sync_run_id=sync_run_id)
    if row is None:
        return None
    new_ids = itertools.chain.from_iterable(range(each.lower, each.upper) for each in row["new_ids"])
    campaign = NewCampaign(crm, sync_run_id, row["campaign_id"], row["biller_id"], new_ids)
    execute(crm, "first_publication/remember_campaign", campaign_id=campaign.campaign_id)
    execute(crm, "first_publication/create_views")
    execute(crm, "publication/create_staging")
    execute(crm, "first_publication/expect_growth")
    return campaign
