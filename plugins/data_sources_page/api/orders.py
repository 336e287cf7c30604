"""Orders on their way to the store: where they stand, try again, push now, backfill."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal
from urllib.parse import quote

import psycopg
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from include import airflow_metadata
from include.connections import open_crm
from include.crm import order_ledger, order_ledger_pages
from include.crm import orders as crm_orders
from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_rows import LedgerRow
from include.order_push.errors import NoSuchOrder, SendsNoOrders
from include.order_push.order_status import OrderStatus, order_statuses
from include.order_push.run_request import read_span
from include.order_push.stores import sending_stores
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.errors import NotFound, Refused
from plugins.data_sources_page.permissions import ORDER_PUSH, User, may_push_orders, reader
from plugins.data_sources_page.stores import data_source_of

router = APIRouter(prefix="/api/data-sources", tags=["orders"])
READING = [Depends(reader)]
PUSHING = [Depends(may_push_orders), Depends(same_origin)]

State = Literal["pending", "uncertain", "rejected", "pushed"]
OrderId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The CRM's id of the order.")]
Search = Annotated[
    str,
    Query(max_length=255, description="An order's id in the CRM or in BigCommerce, or its clientOrderId."),
]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500)]
PAGE = 50


class OrderPush(BaseModel):
    """What one run of the order push is to do; with nothing given, push what is due."""

    model_config = ConfigDict(extra="forbid")

    from_time: str | None = Field(
        None, alias="from", description="Completed from then on; UTC if it names no zone."
    )
    to_time: str | None = Field(None, alias="to", description="Completed before then.")
    order_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        [], max_length=1000, description="These orders, also from before the switch."
    )
    dry_run: bool = Field(False, description="Only say in the run's log what would be sent.")

    @field_validator("from_time", "to_time")
    @classmethod
    def _is_not_left_blank(cls, time: str | None) -> str | None:
        """A backfill whose days were forgotten is not meant as a push of all that is due."""
        if time is not None and not time.strip():
            raise PydanticCustomError("blank", "Enter a day")
        return time


@router.get("/{store}/orders", dependencies=READING)
def list_orders(
    store: str, state: State | None = None, search: Search = "", before: Before = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """Orders of the ledger, newest first. `pending` holds those that are being sent just now, too."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
        rows = order_ledger_pages.page(
            crm, source, state=state, search=search, before=before, limit=limit + 1
        )
    following = rows[limit - 1].order_push_id if len(rows) > limit else None
    return {"orders": [_listed(row) for row in rows[:limit]], "next": following}


@router.get("/{store}/orders/{order_id}", dependencies=READING)
def show_order(store: str, order_id: OrderId) -> dict[str, Any]:
    """One order: how it stands and why, what was ordered, all that was tried. No customer's data."""
    with open_crm() as crm:
        data_source_of(crm, store)
        status = status_of(crm, store, order_id)
        return {
            **status.as_dict(),
            "can_be_retried": status.can_be_retried,
            "lines": [asdict(line) for line in crm_orders.lines_of(crm, order_id)],
        }


@router.post("/{store}/orders/{order_id}/retry", dependencies=PUSHING)
def retry_order(store: str, order_id: OrderId, user: User) -> dict[str, Any]:
    """Try a rejected order again; look one up again that BigCommerce has more than once."""
    with open_crm() as crm:
        data_source_of(crm, store)
        retried = _retry(crm, store, [order_id], user)
        status = status_of(crm, store, order_id)
    said = " ".join(filter(None, [status.reason, status.next_step]))
    if not retried:
        raise Refused(f"Order {order_id} is {status.state}: there is nothing to try again. {said}".strip())
    if status.state == "uncertain":
        said = "The next run of the order push looks it up in BigCommerce."
    return {"message": f"Order {order_id} is tried again. {said}", "retried": retried}


@router.post("/{store}/orders/retry", dependencies=PUSHING)
def retry_all_rejected(store: str, user: User) -> dict[str, Any]:
    """Try all rejected orders of the store again."""
    with open_crm() as crm:
        data_source_of(crm, store)
        rejected = order_ledger.find(crm, store_hash=store, state="rejected")
        retried = _retry(crm, store, [row.order_id for row in rejected], user)
    number = f"{len(retried):,} order{' is' if len(retried) == 1 else 's are'}"
    return {
        "message": f"{number} tried again with the next run of the order push."
        if retried
        else "No order is rejected.",
        "retried": retried,
    }


@router.post("/{store}/order-pushes", dependencies=PUSHING, status_code=202)
def push_orders(store: str, asked: OrderPush, user: User) -> dict[str, Any]:
    """Start a run of the order push for this store: push now, or a backfill."""
    with open_crm() as crm:
        source = data_source_of(crm, store)
    if source.state != "active":
        raise Refused(f"The data source of {source.store_name} is {source.state}: activate it first.")
    try:
        sending_stores(store)
    except SendsNoOrders:
        raise Refused(
            f"{source.store_name} is sent no orders. Switch sendInitialOrders or sendRebillOrders on in its "
            "settings first."
        ) from None
    conf: dict[str, Any] = {"store": store, "dry_run": asked.dry_run}
    if span := read_span(asked.from_time, asked.to_time):
        conf |= {"from": span.from_time.isoformat(), "to": span.to_time.isoformat()}
    if asked.order_ids:
        conf["order_ids"] = asked.order_ids
    run_id = airflow_metadata.start_run(ORDER_PUSH, conf, user.get_name())
    airflow_metadata.record_audit(
        "bigcommerce.push_orders", user.get_name(), ORDER_PUSH, {**conf, "run_id": run_id}
    )
    dry = " as a dry run: nothing will be sent" if asked.dry_run else ""
    return {
        "message": f"The order push of {source.store_name} is submitted{dry}.",
        "store_hash": store,
        "dag_id": ORDER_PUSH,
        "dag_run_id": run_id,
        "page": f"{quote(store, safe='')}/order-pushes/{quote(run_id, safe='')}",
    }


@router.get("/{store}/order-pushes/{run_id}", dependencies=READING)
def show_order_push(store: str, run_id: str) -> dict[str, Any]:
    """How a run of the order push stands: queued, running, success or failed; at its end, what it says."""
    with open_crm() as crm:
        data_source_of(crm, store)
    run = airflow_metadata.run_standing(ORDER_PUSH, run_id)
    if run is None:
        raise NotFound(
            f"Airflow has no run {run_id} of the order push: it may have been deleted there. Start a new one."
        )
    return {"dag_id": ORDER_PUSH, "dag_run_id": run_id, "state": run.state, "note": run.note}


def status_of(crm: psycopg.Connection[Any], store: str, order_id: int) -> OrderStatus:
    """The status of an order that goes, or would go, to this store or to none. Raises NotFound."""
    try:
        statuses = order_statuses(crm, order_id)
    except NoSuchOrder as error:
        raise NotFound(str(error)) from None
    for status in statuses:
        if status.store_hash in (store, None):
            return status
    raise NotFound(f"Order {order_id} belongs to store {statuses[0].store_hash}, not to {store}.")


def _retry(crm: psycopg.Connection[Any], store: str, order_ids: list[int], user: User) -> list[int]:
    retried = order_ledger.retry(
        crm, order_ids, store_hash=store, worker=f"{user.get_name()} on the page Data Sources"
    )
    if retried:
        airflow_metadata.record_audit(
            "bigcommerce.retry_orders",
            user.get_name(),
            ORDER_PUSH,
            {"store": store, "number": len(retried), "order_ids": retried[:100]},
        )
    crm.commit()
    return retried


def _listed(row: LedgerRow) -> dict[str, Any]:
    internal = ("data_source_id", "order_push_id", "worker", "lease_until")
    shown = {name: value for name, value in asdict(row).items() if name not in internal}
    return {**shown, "can_be_retried": row.can_be_retried}
