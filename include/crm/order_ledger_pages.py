"""The order ledger as people browse it, of one store or of all: page by page, filtered, grouped, as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from include.crm import order_ledger
from include.crm.database import Connection, export_csv, fetch_all
from include.crm.ids import EXTERNAL_PREFIX, read_id
from include.crm.order_deliveries import late_before
from include.crm.order_ledger_rows import LedgerRow, State
from include.crm.search import beginning_with, searched_text

# The states that people filter by; to them, an order that is being sent right now still waits.
SHOWN_STATES: Mapping[State, tuple[State, ...]] = {
    "pending": ("pending", "sending"),
    "uncertain": ("uncertain",),
    "rejected": ("rejected",),
    "pushed": ("pushed",),
    "dismissed": ("dismissed",),
}
STATES = [state for states in SHOWN_STATES.values() for state in states]
# Counting this many pushed orders takes 1 ms; beyond it, the page shows only that there are more.
MOST_COUNTED = 10_000
MOST_GROUPS = 50
# Characters of a customer's name or e-mail address that the indexes and order_push/page.sql compare; a longer
# search is cut to these.
INDEXED_LENGTH = 100
# See crm.order_mark. Late are those not shipped that were sent before late_before().
OrderMark = Literal["not shipped", "late", "refund rejected", "differs"]


@dataclass(frozen=True)
class WantedOrders:
    """Which orders of the ledger; a filter that is empty is no filter.

    `data_source_ids` None: of all stores. `state`: one of SHOWN_STATES. `search`: an order's id in the CRM,
    its external id ("crm-40"), its id in BigCommerce, or its clientOrderId. `customer`: the start of a name
    or of an e-mail address. `kind`: of the reason. `mark`: see OrderMark. Completed in
    [from_time, to_time).
    """

    data_source_ids: tuple[int, ...] | None = None
    state: State | None = None
    search: str = ""
    customer: str = ""
    kind: str = ""
    mark: OrderMark | None = None
    from_time: datetime | None = None
    to_time: datetime | None = None


@dataclass(frozen=True)
class Group:
    """Orders that are rejected, or dismissed, for the same kind of reason, in so many stores.

    `is_example`: the reason is that of one of them, and others name other things or numbers.
    """

    kind: str
    number: int
    reason: str
    next_step: str
    is_example: bool
    stores: int


@dataclass(frozen=True)
class Customer:
    """Whose order it is: for pages that only people who may see orders can open."""

    name: str
    email_address: str


def page(crm: Connection, wanted: WantedOrders, *, before: int | None = None, limit: int) -> list[LedgerRow]:
    """At most `limit` rows, those of the orders completed last first.

    `before` is the order_push_id of the last row of the page before.
    """
    order_push_ids = _found(crm, wanted, before, limit)
    rows = {row.order_push_id: row for row in order_ledger.find(crm, order_push_ids=order_push_ids)}
    return [rows[order_push_id] for order_push_id in order_push_ids]


def order_ids(crm: Connection, wanted: WantedOrders, *, limit: int) -> list[int]:
    """Ids of the `limit` orders wanted that completed last."""
    return [row.order_id for row in page(crm, wanted, limit=limit)]


def groups(crm: Connection, wanted: WantedOrders) -> list[Group]:
    """The rejected orders wanted, or the dismissed ones, by the kind of their reason; largest group first."""
    state = "dismissed" if wanted.state == "dismissed" else "rejected"
    rows = fetch_all(
        crm, "order_push/groups", **{**_filters(crm, wanted), "state": state, "limit": MOST_GROUPS}
    )
    return [Group(**row) for row in rows]


def counts(crm: Connection, data_source_ids: tuple[int, ...] | None = None) -> dict[State, int]:
    """Orders by each of SHOWN_STATES; MOST_COUNTED + 1 pushed ones stand for any number above that."""
    ids = None if data_source_ids is None else list(data_source_ids)
    rows = fetch_all(
        crm,
        "order_push/page_counts",
        data_source_ids=ids,
        states_but_pushed=[state for state in STATES if state != "pushed"],
        most=MOST_COUNTED + 1,
    )
    numbers = Counter({row["state"]: row["number"] for row in rows})
    return {shown: sum(numbers[state] for state in states) for shown, states in SHOWN_STATES.items()}


def customers(crm: Connection, order_ids: list[int]) -> dict[int, Customer]:
    """The customers of orders, by order_id."""
    rows = fetch_all(crm, "orders/customers", order_ids=order_ids)
    return {row.pop("order_id"): Customer(**row) for row in rows}


def export(crm: Connection, wanted: WantedOrders, *, limit: int) -> Iterator[bytes]:
    """The `limit` orders wanted that completed last as CSV, in blocks, with their customers."""
    order_push_ids = _found(crm, wanted, None, limit)
    return export_csv(crm, "order_push/export", order_push_ids=order_push_ids)


def _found(crm: Connection, wanted: WantedOrders, before: int | None, limit: int) -> list[int]:
    rows = fetch_all(crm, "order_push/page", **_filters(crm, wanted), before=before, limit=limit)
    return [row["order_push_id"] for row in rows]


def _filters(crm: Connection, wanted: WantedOrders) -> dict[str, object]:
    """The parameters that page.sql and groups.sql share."""
    stores = wanted.data_source_ids
    is_one = stores is not None and len(stores) == 1
    is_late = wanted.mark == "late"
    return {
        "data_source_id": stores[0] if stores and is_one else None,
        "data_source_ids": None if stores is None or is_one else list(stores),
        "states": list(SHOWN_STATES[wanted.state]) if wanted.state else None,
        "kind": searched_text(wanted.kind) or None,
        "mark": "not shipped" if is_late else wanted.mark,
        "sent_before": late_before() if is_late else None,
        "found": _search(crm, text) if (text := searched_text(wanted.search)) else None,
        "customer": beginning_with(searched_text(wanted.customer)[:INDEXED_LENGTH]),
        "from_time": wanted.from_time,
        "to_time": wanted.to_time,
    }


def _search(crm: Connection, text: str) -> list[int]:
    is_external = text.lower().startswith(EXTERNAL_PREFIX)
    number = read_id(text[len(EXTERNAL_PREFIX) :] if is_external else text)
    rows = fetch_all(
        crm,
        "order_push/search",
        text=text,
        order_id=number,
        bigcommerce_order_id=None if is_external else number,
    )
    return [row["order_push_id"] for row in rows]
