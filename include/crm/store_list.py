"""The rows of the list of stores: one query for all data sources, however many there are."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from include.crm.data_sources import State
from include.crm.database import Connection, fetch_tuples
from include.crm.order_deliveries import late_before
from include.crm.sync_run_rows import Status
from include.errors import Action


class StoreRow(NamedTuple):
    """A data source, its newest sync that has started, and its open orders (see OpenCounts).

    A tuple, because a thousand frozen dataclasses take a tenth of the time that a page may; for the same
    reason `counts` are read from their JSON when somebody asks for them: a page shows fifty stores.

    `completed_at`, `completed_sync_run_id` and `counts_json` are those of the newest sync that brought the
    campaign up to date: Completed, and no dry run. `hooks_fail`: its webhooks should be active and are not.
    """

    data_source_id: int
    store_hash: str
    store_name: str
    state: State
    auto_sync_minutes: int | None
    paused_at: datetime | None
    paused_by: str | None
    tags: list[str]
    sync_status: Status | None
    dag_run_id: str | None
    dry_run: bool | None
    step: str | None
    error: str | None
    action: Action | None
    would_remove_products: int | None
    would_remove_variants: int | None
    cancelled_by: str | None
    products_pulled: int | None
    products_total: int | None
    sync_ended_at: datetime | None
    completed_sync_run_id: int | None
    completed_at: datetime | None
    counts_json: str
    is_late: bool
    waiting: int
    uncertain: int
    found_twice: int
    rejected: int
    refunds_rejected: int
    not_shipped: int
    hooks_fail: bool

    @property
    def counts(self) -> dict[str, int]:
        """What the newest completed sync counted, by name."""
        counts: dict[str, int] = json.loads(self.counts_json)
        return counts


def read(crm: Connection) -> list[StoreRow]:
    """All data sources, inactive ones too, by store hash."""
    return fetch_tuples(crm, StoreRow, "data_sources/store_list", late_before=late_before())
