"""Orders of all stores: list, group, export, and decide about many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from include import airflow_metadata
from include.crm import order_ledger, order_ledger_pages
from include.crm.database import Connection
from include.crm.ids import LARGEST_ID
from include.crm.order_ledger_pages import OrderMark
from include.dag_ids import ORDER_PUSH
from include.order_push import decisions
from include.order_push.decisions import LONGEST_BECAUSE, Decided
from include.plurals import count_of
from plugins.data_sources_page import order_views
from plugins.data_sources_page.api.orders import listed
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.dependencies import Crm, Visible
from plugins.data_sources_page.errors import Refused
from plugins.data_sources_page.exports import Export
from plugins.data_sources_page.order_filters import (
    LONGEST_KIND,
    LONGEST_STORE,
    Filters,
    OrderFilters,
)
from plugins.data_sources_page.parameters import (
    LONGEST_SEARCH,
    LONGEST_TIME,
    PAGE,
    Before,
    Limit,
    OrderState,
)
from plugins.data_sources_page.permissions import User, may_push_orders, may_see_orders, person_of

router = APIRouter(prefix="/api/orders", tags=["orders"])
READING = [Depends(may_see_orders)]
PUSHING = [Depends(may_push_orders), Depends(same_origin)]
MOST_NAMED = 1_000
MOST_AT_ONCE = 20_000
MOST_EXPORTED = 100_000
MOST_REASONS = 100


class ChosenOrders(BaseModel):
    """The orders to decide about: those named, or with `all` every one that the filters choose."""

    model_config = ConfigDict(extra="forbid")

    order_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(
        [], max_length=MOST_NAMED, description=f"The CRM's ids, at most {MOST_NAMED:,}."
    )
    all: bool = Field(False, description=f"All orders of the filters, at most {MOST_AT_ONCE:,} at once.")
    store: str = Field("", max_length=LONGEST_STORE)
    state: OrderState | None = None
    search: str = Field("", max_length=LONGEST_SEARCH)
    customer: str = Field("", max_length=LONGEST_SEARCH)
    kind: str = Field("", max_length=LONGEST_KIND)
    mark: OrderMark | None = None
    from_time: str = Field("", alias="from", max_length=LONGEST_TIME)
    to_time: str = Field("", alias="to", max_length=LONGEST_TIME)
    because: str = Field(
        "", max_length=LONGEST_BECAUSE, description="Why they are dismissed; kept with your name."
    )

    @field_validator("order_ids", mode="before")
    @classmethod
    def _are_no_truth_values(cls, given: object) -> object:
        # True is a number to Python, and nobody means order 1 by it
        if isinstance(given, list) and any(isinstance(each, bool) for each in given):
            raise PydanticCustomError("order_ids", "An order id is a number")
        return given


@router.get("", dependencies=READING)
def list_all_orders(
    crm: Crm, visible: Visible, filters: Filters, before: Before = None, limit: Limit = PAGE
) -> dict[str, Any]:
    """List the orders of all stores, newest first, with their customers."""
    page = order_views.list_orders(crm, filters.wanted(crm, visible), before=before, limit=limit)
    return {"orders": [listed(each) for each in page.rows], "next": page.next}


@router.get("/groups", dependencies=READING)
def list_groups(crm: Crm, visible: Visible, filters: Filters) -> list[dict[str, Any]]:
    """List why orders were rejected (or, with that state, dismissed): the largest group first."""
    return [asdict(group) for group in order_ledger_pages.groups(crm, filters.wanted(crm, visible))]


# not below the prefix with a slash: the file is named like the list
@router.get(".csv", dependencies=READING, response_class=Response)
def export_orders(crm: Crm, visible: Visible, export: Export, filters: Filters) -> Response:
    """Export the orders of the filters as CSV, the newest first."""
    wanted = filters.wanted(crm, visible)
    return export.csv(
        "orders.csv", lambda reading: order_ledger_pages.export(reading, wanted, limit=MOST_EXPORTED)
    )


@router.post("/retry", dependencies=PUSHING)
def retry_orders(crm: Crm, visible: Visible, chosen: ChosenOrders, user: User) -> dict[str, Any]:
    """Retry rejected orders; those that a push works on, or that are in BigCommerce, are left alone."""
    return _decide(
        crm, visible, chosen, user, "rejected", "retry", "queued for the next push", decisions.retry
    )


@router.post("/dismiss", dependencies=PUSHING)
def dismiss_orders(crm: Crm, visible: Visible, chosen: ChosenOrders, user: User) -> dict[str, Any]:
    """Dismiss rejected orders: they are never sent, and raise no alert, until somebody reopens them."""
    because = decisions.read_because(chosen.because)

    def dismiss(crm: Connection, order_ids: list[int], *, person: str) -> Decided:
        return decisions.dismiss(crm, order_ids, because=because, person=person)

    return _decide(crm, visible, chosen, user, "rejected", "dismiss", "dismissed", dismiss)


@router.post("/reopen", dependencies=PUSHING)
def reopen_orders(crm: Crm, visible: Visible, chosen: ChosenOrders, user: User) -> dict[str, Any]:
    """Take dismissals back: the orders are rejected again, and can be retried."""
    return _decide(crm, visible, chosen, user, "dismissed", "reopen", "reopened", decisions.reopen)


def _decide(
    crm: Connection,
    visible: set[str],
    chosen: ChosenOrders,
    user: User,
    state: OrderState,
    verb: str,
    done: str,
    decide: Callable[..., Decided],
) -> dict[str, Any]:
    order_ids = _order_ids(crm, visible, chosen, state)
    decided = decide(crm, order_ids, person=person_of(user))
    if decided.order_ids:
        airflow_metadata.record_audit(
            f"bigcommerce.{verb}_orders",
            user.get_name(),
            ORDER_PUSH,
            {"number": len(decided.order_ids), "order_ids": decided.order_ids[:100]},
        )
    crm.commit()
    sentences = [f"{count_of(len(decided.order_ids), 'order')} {done}."]
    if decided.left:
        first = next(iter(decided.left.values()))
        sentences.append(f"{count_of(len(decided.left), 'order')} left as they were, e.g.: {first}")
    if len(order_ids) == MOST_AT_ONCE:
        sentences.append("There may be more: repeat this for the rest.")
    return {
        "message": " ".join(sentences),
        "order_ids": decided.order_ids,
        "left": [
            {"order_id": order_id, "reason": reason}
            for order_id, reason in list(decided.left.items())[:MOST_REASONS]
        ],
        "left_number": len(decided.left),
    }


def _order_ids(crm: Connection, visible: set[str], chosen: ChosenOrders, state: OrderState) -> list[int]:
    if bool(chosen.order_ids) == chosen.all:
        raise Refused("No orders are chosen.", "Select at least one, or choose all of a filter.")
    if chosen.order_ids:
        rows = order_ledger.find(crm, order_ids=chosen.order_ids)
        hidden = {row.order_id for row in rows if row.store_hash not in visible}
        return sorted({*chosen.order_ids} - hidden)
    filters = OrderFilters(**chosen.model_dump(include={*OrderFilters.__dataclass_fields__}))
    wanted = replace(filters, state=filters.state or state).wanted(crm, visible)
    return order_ledger_pages.order_ids(crm, wanted, limit=MOST_AT_ONCE)
