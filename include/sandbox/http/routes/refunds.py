"""Quotes and refunds of orders, V3 (orders.v3.yml)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.orders.refund_records import RefundRecord
from include.sandbox.paging import Page, envelope, list_envelope, refuse_unknown
from include.sandbox.refusals import Refusal

router = APIRouter(prefix="/stores/{store_hash}/v3/orders")
Test = Callable[[RefundRecord], bool]


@router.post("/{order_id:int}/payment_actions/refund_quotes")
async def quote(request: Request, order_id: int) -> Response:
    """What these items would come to; changes nothing."""
    sandbox = sandbox_of(request)
    quoted = sandbox.refunds.quote(order_id, await request.body(), sandbox.settings)
    return json_response(envelope(to_json(quoted), {}), 201)


@router.post("/{order_id:int}/payment_actions/refunds")
async def create_refund(request: Request, order_id: int) -> Response:
    """One refund. Sent twice, it is there twice."""
    sandbox = sandbox_of(request)
    refund = sandbox.refunds.create(order_id, await request.body(), sandbox.settings, sandbox.requests_seen)
    return json_response(envelope(to_json(refund), {}), 201)


@router.get("/{order_id:int}/payment_actions/refunds")
async def get_refunds_of_order(request: Request, order_id: int) -> Response:
    """All of them, without pages."""
    refuse_unknown(request.query_params, {"transaction_id"})
    return json_response(envelope(to_json(sandbox_of(request).refunds.of(order_id)), {}))


@router.get("/payment_actions/refunds")
async def get_refunds(request: Request) -> Response:
    """Refunds of all orders, page by page, oldest first."""
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown(query, {*FILTERS, "transaction_id", "page", "limit"})
    tests = [FILTERS[name](query[name]) for name in FILTERS if name in query]
    found = [refund for refund in sandbox.refunds.listed() if all(test(refund) for test in tests)]
    return json_response(list_envelope(Page.read(query, sandbox.settings.page_cap), found))


@router.get("/payment_actions/refunds/{refund_id:int}")
async def get_refund(request: Request, refund_id: int) -> Response:
    """404 where there is none. Here the official file has requested_amount as text, elsewhere as a number."""
    refund = sandbox_of(request).refunds.one(refund_id)
    items = tuple(
        {name: str(value) if name == "requested_amount" else value for name, value in item.items()}
        for item in refund.items
    )
    return json_response(envelope(to_json(msgspec.structs.replace(refund, items=items)), {}))


def _in(field: str) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        try:
            wanted = {int(each) for each in text.split(",")}
        except ValueError as error:
            raise Refusal(422, f"The filter {field}:in is not a list of whole numbers.") from error
        return lambda refund: getattr(refund, field) in wanted

    return make


def _created(is_within: Callable[[datetime, datetime], bool]) -> Callable[[str], Test]:
    def make(text: str) -> Test:
        try:  # an unescaped plus sign in a query arrives as a space
            limit = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
        except ValueError as error:
            raise Refusal(422, "The filter created is not a date of RFC 3339.") from error
        return lambda refund: is_within(datetime.fromisoformat(refund.created), limit)

    return make


FILTERS: Mapping[str, Callable[[str], Test]] = {
    "order_id:in": _in("order_id"),
    "id:in": _in("id"),
    "created:min": _created(lambda created, limit: created >= limit),
    "created:max": _created(lambda created, limit: created <= limit),
}
