"""What is wrong now, and what people know of it: two queries for all data sources together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from include.crm.data_sources import LATE_AFTER
from include.crm.database import execute, fetch_all

Connection = psycopg.Connection[Any]
Kind = Literal[
    "sync failing",
    "sync late",
    "orders rejected",
    "orders found twice",
    "orders uncertain",
    "orders waiting",
    "orders differ",
]
# new: it was well until then. changed: known, but something was added. dropped: deactivated; nobody is told.
Change = Literal["new", "changed", "recovered", "dropped"]

# Longer than a decision about an order takes from its time stamp to its commit.
SETTLED_SECONDS = 20


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble of one data source; columns as in sql/queries/monitoring/problems.sql.

    `number` of syncs or orders; `since` the oldest of them; `newest`, where each new one is news.
    """

    data_source_id: int
    store_hash: str
    store_name: str
    auto_sync_minutes: int | None
    kind: Kind
    number: int
    since: datetime
    newest: datetime | None
    detail: str
    next_step: str


@dataclass(frozen=True)
class Known:
    """What people were told last of one kind of trouble of one data source; columns as in crm.alert.

    `alarmed_at`: when they last heard that something is wrong, which may be before they heard it is over.
    `is_unclear`: a message about it was on its way when the monitoring died, and may have come or not.
    """

    data_source_id: int
    store_hash: str
    store_name: str
    is_active: bool
    kind: Kind
    change: Change
    number: int
    newest: datetime | None
    detail: str
    alarmed_at: datetime | None
    is_unclear: bool

    @property
    def is_open(self) -> bool:
        """Whether they believe that something is wrong."""
        return self.change in ("new", "changed")


@dataclass(frozen=True)
class News:
    """A change that people should hear of; `trouble` is None if it is over."""

    change: Change
    data_source_id: int
    store_hash: str
    store_name: str
    kind: Kind
    trouble: Trouble | None


def read_troubles(crm: Connection, orders_after_minutes: int) -> list[Trouble]:
    """All that is wrong now, by store hash and kind."""
    rows = fetch_all(
        crm,
        "monitoring/problems",
        late_after=LATE_AFTER,
        settled_seconds=SETTLED_SECONDS,
        orders_after_minutes=orders_after_minutes,
    )
    return [Trouble(**row) for row in rows]


def read_known(crm: Connection) -> list[Known]:
    """What people know, also of troubles that are over and of data sources that are deactivated."""
    return [Known(**row) for row in fetch_all(crm, "monitoring/known")]


def announce(crm: Connection, news: Iterable[News]) -> list[int]:
    """People are about to be told: to be committed by the caller before they are. Gives alert_ids."""
    rows = fetch_all(crm, "monitoring/announce", news=Jsonb([_row(each) for each in news]))
    return [row["alert_id"] for row in rows]


def withdraw(crm: Connection, alert_ids: list[int]) -> None:
    """Nobody was told what was announced; committing is the caller's."""
    execute(crm, "monitoring/withdraw", alert_ids=alert_ids)


def confirm(crm: Connection) -> None:
    """People were told all that was announced; committing is the caller's."""
    execute(crm, "monitoring/confirm")


def _row(news: News) -> dict[str, object]:
    wrong = news.trouble
    return {
        "data_source_id": news.data_source_id,
        "kind": news.kind,
        "change": news.change,
        "number": wrong.number if wrong else 0,
        "newest": wrong.newest.isoformat() if wrong and wrong.newest else None,
        "detail": wrong.detail if wrong else "",
    }
