"""`/_sandbox/…`: steer the store from another process. No token, no quota, not in the log.

GET    /_sandbox/state                        sizes, counts, settings
GET    /_sandbox/requests                     the log: method, path, query, status, fault, seconds
DELETE /_sandbox/requests                     empty the log
PATCH  /_sandbox/settings                     fields of Settings
PUT    /_sandbox/quota                        {"requests": 150 or null, "window_seconds": 30}
POST   /_sandbox/catalogue/{change}           a method of Catalogue in CHANGES, its arguments as JSON
POST   /_sandbox/after_products_page          {"number": 2, "change": "remove_product", "arguments": {…}}
POST   /_sandbox/metafields/{change}          add_foreign, remove, remove_of_variant
POST   /_sandbox/orders/{change}              add_foreign, archive, change, duplicate, remove, rename_status
POST   /_sandbox/shipments/{change}           ship, delete
POST   /_sandbox/access/{change}              a method of Access in ACCESS_CHANGES, such as revoke_token
POST   /_sandbox/faults                       fields of Fault
POST   /_sandbox/faults/play/{scenario}       a method of Faults in SCENARIOS, such as fail_new_orders
POST   /_sandbox/faults/by_chance             {"seed": 1, "chances": {"status": 0.02}, …}
DELETE /_sandbox/faults                       switch all faults off
"""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.store.settings import Settings

CHANGES = (
    "add_product",
    "change_product",
    "remove_product",
    "add_variant",
    "change_variant",
    "set_price",
    "set_stock",
    "remove_variant",
    "recreate_variants",
    "raise_prices",
    "add_modifier",
    "remove_modifiers",
    "spoil_product",
    "spoil_variant",
    "spoil_prices",
    "unspoil",
)
METAFIELD_CHANGES = ("add_foreign", "remove", "remove_of_variant")
ORDER_CHANGES = ("add_foreign", "archive", "change", "duplicate", "remove", "rename_status")
SHIPMENT_CHANGES = ("ship", "delete")
SCENARIOS = ("fail_new_orders", "ignore_order_filters", "refuse_batches_with", "refuse_orders_as")
ACCESS_CHANGES = ("add_token_of_another_store", "revoke_token", "renew_token", "drop_scope", "grant_scope")

router = APIRouter(prefix="/_sandbox")


@router.get("/state")
async def get_state(request: Request) -> Response:
    """Sizes, counters and settings at a glance."""
    sandbox = sandbox_of(request)
    return _json(
        {
            "store_hash": sandbox.store_hash,
            "products": len(sandbox.catalogue.product_ids),
            "variants": sandbox.catalogue.variant_count,
            "metafields": len(sandbox.catalogue.metafields),
            "orders": len(sandbox.orders),
            "requests": len(sandbox.requests),
            "most_in_flight": sandbox.most_in_flight,
            "faults_struck": dict(sandbox.faults.struck),
            "settings": sandbox.settings,
            "quota": {"requests": sandbox.quota.requests, "window_seconds": sandbox.quota.window_seconds},
        }
    )


@router.get("/requests")
async def get_requests(request: Request) -> Response:
    """Without headers and bodies."""
    shown = ("method", "path", "query", "status", "fault", "began_at", "seconds")
    log = list(sandbox_of(request).requests)
    return _json([{name: getattr(each, name) for name in shown} for each in log])


@router.delete("/requests")
async def forget_requests(request: Request) -> Response:
    """Clear the log."""
    sandbox_of(request).forget_requests()
    return _done()


@router.patch("/settings")
async def change_settings(request: Request) -> Response:
    """Any fields of Settings."""
    sandbox = sandbox_of(request)
    old = msgspec.to_builtins(sandbox.settings)
    sandbox.settings = _convert({**old, **await _read_arguments(request)}, Settings)
    return _json(sandbox.settings)


@router.put("/quota")
async def change_quota(request: Request) -> Response:
    """Start again with another quota."""
    _call(sandbox_of(request).quota.change, await _read_arguments(request))
    return _done()


@router.post("/catalogue/{change}")
async def change_catalogue(request: Request, change: str) -> Response:
    """Returns the result of the method."""
    return _json(_change(sandbox_of(request).catalogue, change, await _read_arguments(request)))


@router.post("/after_products_page")
async def change_after_products_page(request: Request) -> Response:
    """The catalogue changes while it is being paged."""
    wanted = await _read_arguments(request)
    change, arguments = wanted["change"], wanted.get("arguments", {})
    sandbox_of(request).after_products_page(
        wanted["number"], lambda catalogue: _change(catalogue, change, arguments)
    )
    return _done()


@router.post("/metafields/{change}")
async def change_metafields(request: Request, change: str) -> Response:
    """What third parties do to metafields."""
    if change not in METAFIELD_CHANGES:
        raise not_found(f"change {change}")
    metafields = sandbox_of(request).catalogue.metafields
    return _json(_call(getattr(metafields, change), await _read_arguments(request)))


@router.post("/orders/{change}")
async def change_orders(request: Request, change: str) -> Response:
    """Returns the changed order, or null."""
    if change not in ORDER_CHANGES:
        raise not_found(f"change {change}")
    return _json(_call(getattr(sandbox_of(request).orders, change), await _read_arguments(request)))


@router.post("/shipments/{change}")
async def change_shipments(request: Request, change: str) -> Response:
    """Returns the new shipment, or null."""
    if change not in SHIPMENT_CHANGES:
        raise not_found(f"change {change}")
    return _json(_call(getattr(sandbox_of(request).shipments, change), await _read_arguments(request)))


@router.post("/access/{change}")
async def change_access(request: Request, change: str) -> Response:
    """`renew_token` returns the new token."""
    if change not in ACCESS_CHANGES:
        raise not_found(f"change {change}")
    return _json(_call(getattr(sandbox_of(request).access, change), await _read_arguments(request)))


@router.post("/faults")
async def add_fault(request: Request) -> Response:
    """Switch a fault on."""
    return _json(_call(sandbox_of(request).faults.add, await _read_arguments(request)))


@router.post("/faults/by_chance")
async def add_faults_by_chance(request: Request) -> Response:
    """Switch random faults on."""
    _call(sandbox_of(request).faults.by_chance, await _read_arguments(request))
    return _done()


@router.post("/faults/play/{scenario}")
async def play(request: Request, scenario: str) -> Response:
    """Play a scenario; `filters` names the filters to ignore."""
    if scenario not in SCENARIOS:
        raise not_found(f"scenario {scenario}")
    arguments = await _read_arguments(request)
    filters = arguments.pop("filters", [])
    return _json(_call(partial(getattr(sandbox_of(request).faults, scenario), *filters), arguments))


@router.delete("/faults")
async def clear_faults(request: Request) -> Response:
    """Switch all faults off."""
    sandbox_of(request).faults.clear()
    return _done()


def _change(catalogue: Catalogue, change: str, arguments: dict[str, Any]) -> Any:
    if change not in CHANGES:
        raise not_found(f"change {change}")
    return _call(getattr(catalogue, change), arguments)


def _call(method: Any, arguments: dict[str, Any]) -> Any:
    try:
        return method(**arguments)
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(422, f"{type(error).__name__}: {error}") from error


def _convert(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Refusal(422, str(error)) from error


async def _read_arguments(request: Request) -> dict[str, Any]:
    if not await request.body():
        return {}
    arguments = await read_json(request)
    if not isinstance(arguments, dict):
        raise Refusal(422, "The arguments are a JSON object.")
    return arguments


def _json(value: Any) -> Response:
    return json_response(to_json(value))


def _done() -> Response:
    return Response(status_code=204)
