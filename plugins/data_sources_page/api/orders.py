"""Orders on their way to the store: list, show, retry, push now, backfill."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from include import airflow_metadata
from include.crm import order_decisions, order_ledger, stores_that_send
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.ids import LARGEST_ID
from include.dag_ids import ORDER_PUSH
from include.ledger.state_words import in_words
from include.order_push.errors import StorePaused
from include.order_push.run_request import read_span
from include.plurals import count_of
from plugins.data_sources_page import order_views
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Source
from plugins.data_sources_page.errors import Refused
from plugins.data_sources_page.order_filters import Filters
from plugins.data_sources_page.order_views import ListedOrder
from plugins.data_sources_page.parameters import PAGE, After, Before, Id, Limit, RunId, ShowPlanned
from plugins.data_sources_page.permissions import User, may_push_orders, may_see_orders, person_of

router = APIRouter(prefix="/api/data-sources", tags=["orders"])
READING = [Depends(may_see_orders)]
PUSHING = [Depends(may_push_orders), Depends(same_origin)]


class OrderPush(BaseModel):
    """The orders that one run of the order push sends; without any of these fields, all that are due."""

    model_config = ConfigDict(extra="forbid")

    from_time: str | None = Field(
        None, alias="from", description="Orders completed from this time on; UTC without a time zone."
    )
    to_time: str | None = Field(None, alias="to", description="Orders completed before this time.")
    order_ids: list[Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)]] = Field(
        [],
        max_length=1000,
        description="These orders, even if they were completed before sending was switched on.",
    )
    dry_run: bool = Field(False, description="Only list what would be sent.")

    @field_validator("from_time", "to_time")
    @classmethod
    def _is_not_blank(cls, time: str | None) -> str | None:
        """A backfill without its dates is not meant as a push of all orders that are due."""
        if time is not None and not time.strip():
            raise PydanticCustomError("blank", "Enter a date")
        return time


@router.get("/{store}/orders", dependencies=READING)
def list_orders(
    source: Source,
    crm: Crm,
    filters: Filters,
    before: Before = None,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """List the orders of the ledger, newest first. `pending` includes orders that are being sent."""
    wanted = replace(filters, store=source.store_hash).wanted(crm, {source.store_hash})
    page = order_views.list_orders(crm, wanted, before=before, limit=limit)
    return {"orders": [listed(each) for each in page.rows], "next": page.next}


@router.get("/{store}/orders/{order_id}", dependencies=READING)
def show_order(source: Source, crm: Crm, order_id: Id) -> dict[str, Any]:
    """Show one order: its status and the reason, its lines, and every attempt. No customer data."""
    view = order_views.order_of(crm, source, order_id)
    return {
        **view.status.as_dict(),
        "can_be_retried": view.status.can_be_retried,
        "lines": [asdict(line) for line in view.lines],
    }


@router.post("/{store}/orders/{order_id}/retry", dependencies=PUSHING)
def retry_order(source: Source, crm: Crm, order_id: Id, user: User) -> dict[str, Any]:
    """Retry a rejected order, or check an order again that BigCommerce has more than once."""
    retried = _retry(crm, source, [order_id], user)
    status = order_views.status_of(crm, source, order_id)
    explanation = " ".join(filter(None, [status.reason, status.next_step]))
    if not retried:
        raise Refused(
            f"Order {order_id} is {in_words(status.state)}, so it cannot be retried. {explanation}".strip()
        )
    if status.state == "uncertain":
        return {
            "message": f"Order {order_id} will be checked in BigCommerce by the next push.",
            "retried": retried,
        }
    queued = f"Order {order_id} queued for the next push."
    return {"message": f"{queued} {explanation}" if status.reason else queued, "retried": retried}


@router.post("/{store}/orders/retry", dependencies=PUSHING)
def retry_all_rejected(source: Source, crm: Crm, user: User) -> dict[str, Any]:
    """Retry all rejected orders of the store."""
    rejected = order_ledger.find(crm, store_hash=source.store_hash, state="rejected")
    retried = _retry(crm, source, [row.order_id for row in rejected], user)
    message = (
        f"{count_of(len(retried), 'order')} queued for the next push."
        if retried
        else "There are no rejected orders."
    )
    return {"message": message, "retried": retried}


@router.post("/{store}/order-pushes", dependencies=PUSHING, status_code=202)
def push_orders(source: Source, crm: Crm, requested: OrderPush, user: User) -> dict[str, Any]:
    """Start a run of the order push for this store: push now, or a backfill."""
    if source.state != "active":
        raise Refused(
            f"The data source of {source.store_name} is {source.state_in_words}.", "Activate it first."
        )
    if source.is_paused:
        raise StorePaused(source.store_hash)
    if not stores_that_send.sending_stores(crm, source.store_hash):
        raise Refused(
            f"{source.store_name} does not receive orders.",
            "Switch on “Send initial orders” or “Send rebill orders” in its settings first.",
        )
    conf: dict[str, Any] = {"store": source.store_hash, "dry_run": requested.dry_run}
    if span := read_span(requested.from_time, requested.to_time):
        conf |= {"from": span.from_time.isoformat(), "to": span.to_time.isoformat()}
    if requested.order_ids:
        conf["order_ids"] = requested.order_ids
    run_id = airflow_metadata.start_run(ORDER_PUSH, conf, user.get_name())
    airflow_metadata.record_audit(
        "bigcommerce.push_orders", user.get_name(), ORDER_PUSH, {**conf, "run_id": run_id}
    )
    return {
        "message": "Dry run queued; it will start shortly and send nothing."
        if requested.dry_run
        else "Order push queued; it will start shortly.",
        "store_hash": source.store_hash,
        "dag_id": ORDER_PUSH,
        "dag_run_id": run_id,
        "page": f"{quote(source.store_hash, safe='')}/order-pushes/{quote(run_id, safe='')}",
    }


@router.get("/{store}/order-pushes/{run_id}", dependencies=READING)
def show_order_push(source: Source, run_id: RunId) -> dict[str, Any]:
    """Show a run of the order push: queued, running, success or failed; once it has finished, its result."""
    run = order_views.order_push_of(run_id)
    return {"dag_id": ORDER_PUSH, "dag_run_id": run_id, "state": run.state, "note": run.note}


@router.get("/{store}/order-pushes/{run_id}/orders", dependencies=READING)
def list_dry_run(
    source: Source,
    crm: Crm,
    run_id: RunId,
    show: ShowPlanned = "all",
    after: After = 0,
    limit: Limit = PAGE,
) -> dict[str, Any]:
    """List the orders of a dry run, and why some would be rejected, as they stand now.

    A page may be short and still have a `next`.
    """
    run = order_views.order_push_of(run_id)
    page = order_views.dry_run_of(crm, source, run, show=show, after=after, limit=limit)
    orders = [
        {
            "order_id": each.order.order_id,
            "total_amount": each.order.total_amount,
            "currency_code": each.order.currency_code,
            "completed_at": each.order.completed_at,
            "would_be": "rejected" if each.problem else "sent",
            "reason": each.problem or None,
        }
        for each in page.rows
    ]
    return {"orders": orders, "next": page.next}


def _retry(crm: Connection, source: DataSource, order_ids: list[int], user: User) -> list[int]:
    retried = order_decisions.retry(crm, order_ids, store_hash=source.store_hash, worker=person_of(user))
    if retried:
        airflow_metadata.record_audit(
            "bigcommerce.retry_orders",
            user.get_name(),
            ORDER_PUSH,
            {"store": source.store_hash, "number": len(retried), "order_ids": retried[:100]},
        )
    crm.commit()
    return retried


def listed(each: ListedOrder) -> dict[str, Any]:
    """An order of a list, as JSON."""
    internal = ("data_source_id", "order_push_id", "worker", "lease_until")
    shown = {name: value for name, value in asdict(each.row).items() if name not in internal}
    return {**shown, "customer": asdict(each.customer), "can_be_retried": each.row.can_be_retried}
