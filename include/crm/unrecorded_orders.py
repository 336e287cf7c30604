"""crm.unrecorded_order: orders that BigCommerce has from us and that the ledger does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from include.crm.database import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True)
class NewestRecorded:
    """Where a listing of the store has to begin: above the newest order in the ledger, or `since` a time."""

    bigcommerce_order_id: int | None
    since: datetime


@dataclass(frozen=True)
class UnrecordedOrder:
    """An order of ours in BigCommerce; `date_created` is None where it cannot be read."""

    order_id: int
    bigcommerce_order_id: int
    date_created: datetime | None


@dataclass(frozen=True)
class OrderWithTakenId:
    """An order of the CRM whose id BigCommerce has already: for the same order, or for another one."""

    order_id: int
    bigcommerce_order_id: int
    is_same: bool


@dataclass(frozen=True)
class Hold:
    """An order that must not be sent: it is looked up (`uncertain`), or a person decides (`rejected`)."""

    order_id: int
    state: Literal["uncertain", "rejected"]
    reason: str
    next_step: str


def newest_recorded(crm: Connection, data_source_id: int, order_ids: list[int]) -> NewestRecorded:
    """Where BigCommerce may have orders that the ledger does not know; `order_ids` are sent next."""
    row = fetch_one(crm, "order_push/newest_recorded", data_source_id=data_source_id, order_ids=order_ids)
    assert row is not None
    return NewestRecorded(**row)


def add(crm: Connection, data_source_id: int, found: Sequence[UnrecordedOrder]) -> int:
    """Keep those that the ledger does not know; returns how many are new."""
    return execute(
        crm,
        "order_push/add_unrecorded",
        data_source_id=data_source_id,
        bigcommerce_order_ids=[order.bigcommerce_order_id for order in found],
        order_ids=[order.order_id for order in found],
        dates_created=[order.date_created for order in found],
    )


def known(crm: Connection, data_source_id: int) -> list[OrderWithTakenId]:
    """The CRM's orders whose ids BigCommerce has without the ledger knowing, by id."""
    rows = fetch_all(crm, "order_push/known_unrecorded", data_source_id=data_source_id)
    return [OrderWithTakenId(**row) for row in rows]


def hold(crm: Connection, data_source_id: int, worker: str, holds: Sequence[Hold]) -> int:
    """Keep these orders from being sent, and add that to their history; returns how many there were."""
    return execute(
        crm,
        "order_push/hold_unrecorded",
        data_source_id=data_source_id,
        worker=worker,
        order_ids=[each.order_id for each in holds],
        states=[each.state for each in holds],
        reasons=[each.reason for each in holds],
        next_steps=[each.next_step for each in holds],
    )


def lost(crm: Connection, data_source_id: int) -> list[UnrecordedOrder]:
    """Those that the CRM does not have, by order id."""
    rows = fetch_all(crm, "order_push/lost_orders", data_source_id=data_source_id)
    return [UnrecordedOrder(**row) for row in rows]
