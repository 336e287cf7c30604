"""`/_sandbox/…`: steer the store from another process. No token, no quota, not in the log.

GET    /_sandbox/state                        sizes, counts, settings
GET    /_sandbox/requests                     the API's log: method, path, query, status, fault, seconds
DELETE /_sandbox/requests                     empty the log
GET    /_sandbox/visits                       the same of the storefront
DELETE /_sandbox/visits                       empty it
PATCH  /_sandbox/settings                     fields of Settings
PUT    /_sandbox/quota                        {"requests": 150 or null, "window_seconds": 30}
POST   /_sandbox/{part}/{change}              a method in PARTS, such as orders/archive, with its arguments
POST   /_sandbox/after_products_page          {"number": 2, "change": "remove_product", "arguments": {…}}
POST   /_sandbox/faults                       fields of Fault
POST   /_sandbox/faults/play/{scenario}       a method of Faults in SCENARIOS, such as fail_new_orders
POST   /_sandbox/faults/by_chance             {"seed": 1, "chances": {"status": 0.02}, …}
DELETE /_sandbox/faults                       switch all faults off
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, read_json, sandbox_of
from include.sandbox.http.routes.steered_parts import PARTS, SCENARIOS
from include.sandbox.refusals import Refusal, not_found
from include.sandbox.store.sandbox import RecordedRequest, Sandbox
from include.sandbox.store.settings import Settings

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
    return _log(sandbox_of(request).requests)


@router.delete("/requests")
async def forget_requests(request: Request) -> Response:
    """Clear the log."""
    sandbox_of(request).forget_requests()
    return _done()


@router.get("/visits")
async def get_visits(request: Request) -> Response:
    """Without headers and bodies."""
    return _log(sandbox_of(request).visits)


@router.delete("/visits")
async def forget_visits(request: Request) -> Response:
    """Clear the storefront's log."""
    sandbox_of(request).visits.clear()
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


@router.post("/after_products_page")
async def change_after_products_page(request: Request) -> Response:
    """The catalogue changes while it is being paged."""
    wanted = await _read_arguments(request)
    change, arguments = wanted["change"], wanted.get("arguments", {})
    sandbox = sandbox_of(request)
    sandbox.after_products_page(
        wanted["number"], lambda _catalogue: _change(sandbox, "catalogue", change, arguments)
    )
    return _done()


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


@router.post("/{part}/{change}")
async def change_part(request: Request, part: str, change: str) -> Response:
    """Call one of PARTS' methods; returns its result."""
    return _json(_change(sandbox_of(request), part, change, await _read_arguments(request)))


def _change(sandbox: Sandbox, part: str, change: str, arguments: dict[str, Any]) -> Any:
    place, changes = PARTS.get(part, ("", ()))
    if change not in changes:
        raise not_found(f"change {change}")
    return _call(getattr(attrgetter(place)(sandbox), change), arguments)


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


def _log(requests: Sequence[RecordedRequest]) -> Response:
    shown = ("method", "path", "query", "status", "fault", "began_at", "seconds")
    return _json([{name: getattr(each, name) for name in shown} for each in list(requests)])


def _json(value: Any) -> Response:
    return json_response(to_json(value))


def _done() -> Response:
    return Response(status_code=204)
