"""crm.sync_change: what a sync changed, product by product and variant by variant, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from include.crm.database import Connection, export_csv, fetch_all
from include.crm.search import containing

# As stored; the words for people are in include/product_sync/summary.py.
ChangeKind = Literal["new", "changed", "removed", "revived", "relinked"]

# The exact numbers are in the counts of the sync.
CHANGES_KEPT = 250_000


class Difference(NamedTuple):
    """One column of a product or variant before and after a sync, e.g. price 3.50 and 4.00."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """One product or variant that a sync changed; `before` is None for a new one, `after` for a removed one.

    Both are values by column: name, sku, price (text, so that it stays exact), … Only columns that differ,
    and of a new one only what is not a field here.
    `place` is its place among the changes of the sync.
    """

    place: int
    change: ChangeKind
    kind: Literal["product", "variant"]
    bigcommerce_product_id: int | None
    bigcommerce_variant_id: int | None
    sku: str
    name: str
    before: dict[str, object] | None
    after: dict[str, object] | None

    @property
    def differences(self) -> list[Difference]:
        """The columns whose value changed; none for a new or removed one."""
        if not self.before or not self.after:
            return []
        return [
            Difference(name, self.before.get(name), value)
            for name, value in self.after.items()
            if self.before.get(name) != value
        ]


@dataclass(frozen=True)
class WantedChanges:
    """Which changes of a sync: those of a kind (None: any) with this text in their SKU or name."""

    sync_run_id: int
    change: ChangeKind | None = None
    search: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of sql/queries/sync_changes/page.sql and export.sql."""
        return {
            "sync_run_id": self.sync_run_id,
            "change": self.change,
            "anywhere": containing(self.search),
        }


def page(crm: Connection, wanted: WantedChanges, *, after: int = 0, limit: int) -> list[Change]:
    """At most `limit` changes, by their place, from the one after the place `after`."""
    rows = fetch_all(crm, "sync_changes/page", after=after, limit=limit, **wanted.parameters)
    return [Change(**row) for row in rows]


def export(crm: Connection, wanted: WantedChanges) -> Iterator[bytes]:
    """All changes wanted as CSV, in blocks: one line for each value that differs."""
    return export_csv(crm, "sync_changes/export", **wanted.parameters)
