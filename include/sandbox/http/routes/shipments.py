"""The shipments of an order, V2 (orders.v2.oas2.yml)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.v2_parameters import read_page, refuse_unknown_v2

router = APIRouter(prefix="/stores/{store_hash}/v2/orders/{order_id:int}/shipments")


@router.get("")
async def get_shipments(request: Request, order_id: int) -> Response:
    """An order's shipments, page by page; 204 with no body where there are none."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown_v2(query, {"page", "limit"})
    found = read_page(query, sandbox.settings.page_cap).cut(sandbox.shipments.of(order_id))
    return json_response(to_json(found)) if found else Response(status_code=204)


@router.post("")
async def create_shipment(request: Request, order_id: int) -> Response:
    """Ship some items of the order."""
    shipment = sandbox_of(request).shipments.create(order_id, await request.body())
    return json_response(to_json(shipment), 201)


@router.delete("")
async def delete_shipments(request: Request, order_id: int) -> Response:
    """All of them; 204 with no body."""
    sandbox_of(request).shipments.delete(order_id)
    return Response(status_code=204)


@router.get("/count")
async def count_shipments(request: Request, order_id: int) -> Response:
    """How many there are."""
    return json_response(to_json({"count": len(sandbox_of(request).shipments.of(order_id))}))


@router.get("/{shipment_id:int}")
async def get_shipment(request: Request, order_id: int, shipment_id: int) -> Response:
    """404 where there is none."""
    return json_response(to_json(sandbox_of(request).shipments.one(order_id, shipment_id)))


@router.put("/{shipment_id:int}")
async def change_shipment(request: Request, order_id: int, shipment_id: int) -> Response:
    """Everything but the items can be changed."""
    body = await request.body()
    return json_response(to_json(sandbox_of(request).shipments.change(order_id, shipment_id, body)))


@router.delete("/{shipment_id:int}")
async def delete_shipment(request: Request, order_id: int, shipment_id: int) -> Response:
    """204 with no body; the order keeps its status."""
    sandbox_of(request).shipments.delete(order_id, shipment_id)
    return Response(status_code=204)
