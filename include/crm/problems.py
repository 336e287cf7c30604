"""Problems of the active data sources as the CRM's tables show them now: one query for all data sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from include.crm.database import Connection, fetch_all
from include.crm.order_deliveries import late_before

# As in the check of crm.alert.kind.
ProblemKind = Literal[
    "sync failing",
    "sync late",
    "orders rejected",
    "orders found twice",
    "orders uncertain",
    "orders waiting",
    "orders differ",
    "orders undone",
    "orders not shipped",
    "checkout redirect",
    "refunds rejected",
    "refunds waiting",
    "webhooks",
    "changes waiting",
]

# Longer than an order's decision takes from its time stamp to its commit.
SETTLED_SECONDS = 20


@dataclass(frozen=True)
class Problem:
    """One kind of problem of one data source, in facts; include/monitoring/alert_texts.py words it.

    `number`: how many syncs, orders or products; `since`: the time of the oldest; `newest`: the time of the
    newest, None where a newer one is not worth a report. `reason`: the error of the failed sync, the reason
    why the latest order was rejected, with its `next_step`, the state of the redirect's script (include/crm/
    checkout_scripts.py), why the webhooks could not be made, or why changes wait ("quick look": the store
    could not be asked for them). `order_id`: an example. `differences`: how many orders by
    crm.order_finding.kind, of "orders differ" only.
    """

    data_source_id: int
    store_hash: str
    store_name: str
    auto_sync_minutes: int | None
    kind: ProblemKind
    number: int
    since: datetime
    newest: datetime | None = None
    reason: str = ""
    next_step: str = ""
    order_id: int | None = None
    differences: Mapping[str, int] | None = None


def find_problems(crm: Connection, orders_after_minutes: int) -> list[Problem]:
    """All current problems, by store hash and kind.

    An order that is uncertain or waiting is a problem after `orders_after_minutes`.
    """
    rows = fetch_all(
        crm,
        "monitoring/problems",
        settled_seconds=SETTLED_SECONDS,
        orders_after_minutes=orders_after_minutes,
        late_before=late_before(),
    )
    return [Problem(**row) for row in rows]
