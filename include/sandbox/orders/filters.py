"""The filters and sort orders of GET /v2/orders and /v2/orders/count (orders.v2.oas2.yml).

`is_deleted` is only in older documentation, not in the official file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from include.sandbox.orders.entries import OrderEntry
from include.sandbox.orders.orders import Orders
from include.sandbox.orders.request_checks import read_moment
from include.sandbox.refusals import invalid
from include.sandbox.store.settings import Settings
from include.sandbox.v2_parameters import read_parameter, refuse_unknown_v2

Test = Callable[[OrderEntry], bool]


def _equals(field: str, read: Callable[[str], Any] = str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        wanted = read(text)
        return lambda entry: bool(getattr(entry.order, field) == wanted)

    return make


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


def _email(text: str) -> Test:
    return lambda entry: entry.order.billing_address.email.lower() == text.lower()


def _external_order_id(text: str) -> Test:
    """Compares text, because other apps write numbers."""
    return lambda entry: str(entry.order.external_order_id) == text


def _largest_id(text: str) -> Test:
    largest = int(text)
    return lambda entry: entry.order.id <= largest


def _smallest_total(text: str) -> Test:
    smallest = Decimal(text)
    return lambda entry: Decimal(entry.order.total_inc_tax) >= smallest


def _largest_total(text: str) -> Test:
    largest = Decimal(text)
    return lambda entry: Decimal(entry.order.total_inc_tax) <= largest


def _since(field: str, date: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        moment = read_moment(field, text)
        return lambda entry: bool(getattr(entry, date).replace(microsecond=0) >= moment)

    return make


def _until(field: str, date: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        moment = read_moment(field, text)
        return lambda entry: bool(getattr(entry, date).replace(microsecond=0) <= moment)

    return make


FILTERS: dict[str, Callable[[str], Test]] = {
    "external_order_id": _external_order_id,
    "max_id": _largest_id,
    "min_total": _smallest_total,
    "max_total": _largest_total,
    "customer_id": _equals("customer_id", int),
    "email": _email,
    "status_id": _equals("status_id", int),
    "cart_id": _equals("cart_id"),
    "payment_method": _equals("payment_method"),
    "min_date_created": _since("min_date_created", "created"),
    "max_date_created": _until("max_date_created", "created"),
    "min_date_modified": _since("min_date_modified", "modified"),
    "max_date_modified": _until("max_date_modified", "modified"),
    "channel_id": _equals("channel_id", int),
    "is_deleted": _equals("is_deleted", _boolean),
}
COUNT_PARAMETERS = {*FILTERS, "min_id"}
LIST_PARAMETERS = {*COUNT_PARAMETERS, "page", "limit", "sort"}
SORTABLE: dict[str, Callable[[OrderEntry], Any]] = {
    "id": lambda entry: entry.order.id,
    "customer_id": lambda entry: entry.order.customer_id,
    "date_created": lambda entry: entry.created,
    "date_modified": lambda entry: entry.modified,
    "status_id": lambda entry: entry.order.status_id,
    "channel_id": lambda entry: entry.order.channel_id,
    "external_id": lambda entry: entry.order.external_id or "",
}


def matching_entries(
    orders: Orders, settings: Settings, query: Mapping[str, str], *, request_number: int
) -> list[OrderEntry]:
    """The orders that match the query and can be found by this request, in the requested order.

    Raises Refusal 400 for an invalid value or an unknown sort order.
    """
    applied = dict(FILTERS)
    if settings.is_deleted_filter == "refused":
        refuse_unknown_v2(query, LIST_PARAMETERS - {"is_deleted"})
    if settings.is_deleted_filter == "ignored":
        del applied["is_deleted"]
    tests = [read_parameter(query, name, applied[name]) for name in applied if name in query]
    if not applied.keys() & query.keys() & {"is_deleted"} and not settings.archived_are_listed:
        tests.append(lambda entry: not entry.order.is_deleted)
    tests.append(_findable(settings, request_number))
    smallest_id = read_parameter(query, "min_id", int) or 0
    field, _, direction = query.get("sort", "id:asc").partition(":")
    if field not in SORTABLE or direction not in ("", "asc", "desc"):
        raise invalid("sort", "A field and :asc or :desc.")
    with orders.lock:
        found = [entry for entry in orders.entries(smallest_id) if all(test(entry) for test in tests)]
    if field != "id":
        found.sort(key=SORTABLE[field])
    return found[::-1] if direction == "desc" else found


def _findable(settings: Settings, request_number: int) -> Test:
    """Whether enough time and enough requests have passed for a new order to be findable."""
    latest = time.monotonic() - settings.findable_after_seconds
    last_request = request_number - settings.findable_after_requests
    return lambda entry: entry.made_at <= latest and entry.made_by_request < last_request
