"""crm.sync_warning: what a sync found wrong in the store, one row for each product, variant or field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from include.crm.database import Connection, execute, export_csv, fetch_all, query
from include.crm.search import containing

WarningKind = Literal["blank SKU", "duplicate SKU", "quarantined", "custom field refused", "required option"]

# The exact numbers are in the counts of the sync.
WARNINGS_KEPT_OF_A_KIND = 1_000


@dataclass(frozen=True)
class SyncWarning:
    """Something that somebody should fix in BigCommerce; `reason` says what is wrong and the next step."""

    kind: WarningKind
    bigcommerce_product_id: int | None
    bigcommerce_variant_id: int | None
    sku: str
    reason: str


def first(crm: Connection, sync_run_id: int, limit: int = WARNINGS_KEPT_OF_A_KIND) -> list[SyncWarning]:
    """At most `limit` warnings of a sync, by kind and BigCommerce ids."""
    return [
        SyncWarning(**row)
        for row in fetch_all(crm, "sync_warnings/first", sync_run_id=sync_run_id, limit=limit)
    ]


def by_kind(crm: Connection, sync_run_id: int, limit: int) -> dict[WarningKind, list[SyncWarning]]:
    """At most `limit` warnings of each kind, by kind."""
    found: dict[WarningKind, list[SyncWarning]] = {}
    for row in fetch_all(crm, "sync_warnings/by_kind", sync_run_id=sync_run_id, limit=limit):
        warning = SyncWarning(**row)
        found.setdefault(warning.kind, []).append(warning)
    return found


@dataclass(frozen=True)
class ListedWarning(SyncWarning):
    """A warning as it is kept; ids ascend in the order in which the sync found them."""

    sync_warning_id: int


@dataclass(frozen=True)
class WantedWarnings:
    """Which warnings of a sync: those of a kind (None: any) with this text in their SKU or reason."""

    sync_run_id: int
    kind: WarningKind | None = None
    search: str = ""

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of sql/queries/sync_warnings/page.sql and export.sql."""
        return {
            "sync_run_id": self.sync_run_id,
            "kind": self.kind,
            "anywhere": containing(self.search),
        }


def page(crm: Connection, wanted: WantedWarnings, *, after: int = 0, limit: int) -> list[ListedWarning]:
    """At most `limit` warnings with an id above `after`, by id."""
    rows = fetch_all(crm, "sync_warnings/page", after=after, limit=limit, **wanted.parameters)
    return [ListedWarning(**row) for row in rows]


def export(crm: Connection, wanted: WantedWarnings) -> Iterator[bytes]:
    """All warnings wanted as CSV, in blocks."""
    return export_csv(crm, "sync_warnings/export", **wanted.parameters)


def replace(crm: Connection, sync_run_id: int, warnings: Iterable[SyncWarning]) -> None:
    """Keep these warnings of a sync and no others; the caller bounds their number."""
    execute(crm, "sync_warnings/forget", sync_run_id=sync_run_id)
    add(crm, sync_run_id, warnings)


def add(crm: Connection, sync_run_id: int, warnings: Iterable[SyncWarning]) -> None:
    """Keep more warnings of a sync, at most WARNINGS_KEPT_OF_A_KIND of each kind in all."""
    rows = [
        {"sync_run_id": sync_run_id, "limit": WARNINGS_KEPT_OF_A_KIND, **vars(warning)}
        for warning in warnings
    ]
    if rows:
        with crm.cursor() as cursor:
            cursor.executemany(query("sync_warnings/add"), rows)


def forget(crm: Connection, sync_run_id: int, kind: WarningKind) -> None:
    """Drop the warnings of one kind, because a repeated step finds them again."""
    execute(crm, "sync_warnings/forget_kind", sync_run_id=sync_run_id, kind=kind)
