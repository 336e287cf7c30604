"""Orders and their statuses of V2 (orders.v2.oas2.yml)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec
from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.orders.entries import OrderEntry
from include.sandbox.orders.filters import (
    COUNT_PARAMETERS,
    LIST_PARAMETERS,
    matching_entries,
)
from include.sandbox.orders.records import STATUSES, address_id
from include.sandbox.orders.request_checks import read_changed_order, read_new_order
from include.sandbox.refusals import not_found
from include.sandbox.v2_parameters import read_page, refuse_unknown_v2

router = APIRouter(prefix="/stores/{store_hash}/v2")


@router.post("/orders")
async def create_order(request: Request) -> Response:
    """One order. Sent twice, it is there twice."""
    sandbox = sandbox_of(request)
    currencies = sandbox.settings.currencies
    order = sandbox.orders.create(
        read_new_order(await request.body(), currencies, accents_matter=sandbox.settings.accents_matter),
        currency=currencies[0],
        moves_stock=sandbox.settings.stock_is_tracked,
        request_number=sandbox.requests_seen,
    )
    if sandbox.settings.alters_new_orders:
        order = sandbox.orders.change(order.id, **sandbox.settings.alters_new_orders)
    if sandbox.settings.archives_new_orders:
        sandbox.orders.archive(order.id)
    return json_response(to_json(order), sandbox.settings.created_status)


@router.get("/orders")
async def get_orders(request: Request) -> Response:
    """A bare array; nothing found is 204 with no body, or [] (`Settings.nothing_found_status`)."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown_v2(query, LIST_PARAMETERS)
    found = read_page(query, sandbox.settings.page_cap).cut(_matching(request))
    orders = [entry.order for entry in found]
    sandbox.orders_page_made()
    if not found and sandbox.settings.nothing_found_status == 204:
        return Response(status_code=204)
    return json_response(to_json(orders))


@router.get("/orders/count")
async def count_orders(request: Request) -> Response:
    """How many there are of each status, and together."""
    refuse_unknown_v2(request.query_params, COUNT_PARAMETERS)
    found = _matching(request)
    counts = Counter(entry.order.status_id for entry in found)
    names = sandbox_of(request).orders.status_names
    statuses = [{**status(each, names), "count": counts[each], "sort_order": each} for each in STATUSES]
    return json_response(to_json({"statuses": statuses, "count": len(found)}))


@router.get("/orders/{order_id:int}")
async def get_order(request: Request, order_id: int) -> Response:
    """One order, at once and archived too; 404 where there is none."""
    return json_response(to_json(sandbox_of(request).orders.order(order_id)))


@router.put("/orders/{order_id:int}")
async def change_order(request: Request, order_id: int) -> Response:
    """Its status, notes, or whether it is archived; 404 where there is none."""
    fields = read_changed_order(await request.body())
    return json_response(to_json(sandbox_of(request).orders.change(order_id, **fields)))


@router.delete("/orders/{order_id:int}")
async def archive_order(request: Request, order_id: int) -> Response:
    """204 with no body; 404 where there is none."""
    sandbox_of(request).orders.archive(order_id)
    return Response(status_code=204)


@router.get("/orders/{order_id:int}/products")
async def get_lines(request: Request, order_id: int) -> Response:
    """An order's lines, page by page, with how much of each was shipped and refunded."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown_v2(query, {"page", "limit"})
    shipped, refunded = sandbox.shipments.shipped(order_id), sandbox.refunds.refunded(order_id)
    lines = [
        msgspec.structs.replace(
            line,
            is_refunded=refunded[line.id] >= line.quantity,
            quantity_refunded=refunded[line.id],
            quantity_shipped=shipped[line.id],
        )
        for line in read_page(query, sandbox.settings.page_cap).cut(sandbox.orders.lines(order_id))
    ]
    return json_response(to_json(lines))


@router.get("/orders/{order_id:int}/shipping_addresses")
async def get_shipping_addresses(request: Request, order_id: int) -> Response:
    """Always one: the one given, or the billing address."""
    entry = sandbox_of(request).orders.entry(order_id)
    ids = {"id": address_id(order_id), "order_id": order_id}
    return json_response(to_json([{**ids, **msgspec.structs.asdict(entry.shipping_address)}]))


@router.get("/order_statuses")
async def get_statuses(request: Request) -> Response:
    """All of them."""
    names = sandbox_of(request).orders.status_names
    return json_response(to_json([{**status(each, names), "order": each} for each in STATUSES]))


@router.get("/order_statuses/{status_id:int}")
async def get_status(request: Request, status_id: int) -> Response:
    """404 where there is none."""
    if status_id not in STATUSES:
        raise not_found("order status")
    names = sandbox_of(request).orders.status_names
    return json_response(to_json({**status(status_id, names), "order": status_id}))


def _matching(request: Request) -> list[OrderEntry]:
    sandbox = sandbox_of(request)
    return matching_entries(
        sandbox.orders, sandbox.settings, request.query_params, request_number=sandbox.requests_seen
    )


def status(status_id: int, own_names: Mapping[int, str]) -> dict[str, object]:
    """A status; its label may be changed by the merchant, its id not."""
    name = STATUSES[status_id]
    labels = {
        "system_label": name,
        "custom_label": own_names.get(status_id, name),
        "system_description": f"The order is: {name}.",
    }
    return {"id": status_id, "name": name, **labels}
