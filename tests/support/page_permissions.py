"""Who may use which route of the page: the least role for each, in the words of Airflow's auth managers."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount, Route

ROLES = ("viewer", "user", "op", "admin")
STORE, RUN, ID = "tea", "manual__1", "1"

READING, SYNCING, PUSHING, EDITING = "viewer", "user", "user", "op"

LEAST_ROLE = {
    "GET /": READING,
    "GET /store-list": READING,
    "GET /activate": EDITING,
    "GET /alerts": READING,
    "GET /api/alerts": READING,
    "PUT /api/alerts": EDITING,
    "POST /api/alerts/test": EDITING,
    "GET /{store}": READING,
    "GET /{store}/card": READING,
    "GET /{store}/settings": EDITING,
    "GET /{store}/checkout-redirect": READING,
    "GET /{store}/deactivate": EDITING,
    "GET /{store}/products": READING,
    "GET /{store}/products/{campaign_product_id}": READING,
    "GET /{store}/variants/{variant_detail_id}/override-history": READING,
    "GET /{store}/checkout-readiness": READING,
    "GET /{store}/checkout-readiness/count": READING,
    "GET /orders": READING,
    "GET /{store}/prices": READING,
    "GET /{store}/prices/{price_batch_id}": READING,
    "GET /{store}/orders": READING,
    "GET /{store}/orders/{order_id}": READING,
    "GET /{store}/order-pushes/{run_id}": READING,
    "GET /{store}/order-pushes/{run_id}/state": READING,
    "GET /{store}/activity": READING,
    "GET /{store}/syncs": READING,
    "GET /{store}/syncs/{sync_run_id}": READING,
    "GET /{store}/syncs/{sync_run_id}/warnings": READING,
    "GET /{store}/reconciliations": READING,
    "GET /{store}/reconciliations/{order_reconciliation_id}": READING,
    "GET /api/data-sources/{store}/reconciliations": READING,
    "GET /api/data-sources/{store}/reconciliations/{order_reconciliation_id}": READING,
    "GET /api/data-sources/{store}/reconciliations/{order_reconciliation_id}/differences.csv": READING,
    "GET /api/openapi.json": READING,
    "GET /api/docs": READING,
    "POST /api/bulk-actions/syncs": SYNCING,
    "POST /api/bulk-actions/pause": EDITING,
    "POST /api/bulk-actions/resume": EDITING,
    "GET /api/data-sources": READING,
    "POST /api/data-sources": EDITING,
    "POST /api/data-sources/check": EDITING,
    "POST /api/data-sources/test": EDITING,
    "GET /api/data-sources/{store}": READING,
    "PATCH /api/data-sources/{store}": EDITING,
    "GET /api/data-sources/{store}/checkout-redirect": READING,
    "POST /api/data-sources/{store}/checkout-redirect/check": EDITING,
    "POST /api/data-sources/{store}/checkout-redirect/repair": EDITING,
    "GET /api/data-sources/{store}/webhooks": READING,
    "POST /api/data-sources/{store}/webhooks/check": EDITING,
    "GET /api/data-sources/{store}/changes": READING,
    "POST /api/data-sources/{store}/changes/retry": SYNCING,
    "POST /api/data-sources/{store}/deactivate": EDITING,
    "POST /api/data-sources/{store}/pause": EDITING,
    "POST /api/data-sources/{store}/resume": EDITING,
    "POST /api/data-sources/{store}/syncs": SYNCING,
    "GET /api/data-sources/{store}/activity": READING,
    "POST /api/data-sources/{store}/syncs/cancel": SYNCING,
    "GET /api/data-sources/{store}/syncs": READING,
    "GET /api/data-sources/{store}/syncs/{sync_run_id}": READING,
    "GET /api/data-sources/{store}/syncs/{sync_run_id}/changes": READING,
    "GET /api/data-sources/{store}/syncs/{sync_run_id}/changes.csv": READING,
    "GET /api/data-sources/{store}/syncs/{sync_run_id}/warnings": READING,
    "GET /api/data-sources/{store}/syncs/{sync_run_id}/warnings.csv": READING,
    "GET /api/data-sources/{store}/products": READING,
    "GET /api/data-sources/{store}/checkout-readiness": READING,
    "GET /api/data-sources/{store}/checkout-link": READING,
    "GET /api/data-sources/{store}/products.csv": READING,
    "GET /api/data-sources/{store}/products/{campaign_product_id}": READING,
    "PUT /api/data-sources/{store}/variants/{variant_detail_id}/override-price": SYNCING,
    "DELETE /api/data-sources/{store}/variants/{variant_detail_id}/override-price": SYNCING,
    "GET /api/data-sources/{store}/variants/{variant_detail_id}/override-price/history": READING,
    "GET /api/data-sources/{store}/price-changes": READING,
    "POST /api/data-sources/{store}/price-changes": SYNCING,
    "POST /api/data-sources/{store}/price-changes/import": SYNCING,
    "GET /api/data-sources/{store}/price-changes/{price_batch_id}": READING,
    "POST /api/data-sources/{store}/price-changes/{price_batch_id}/apply": SYNCING,
    "POST /api/data-sources/{store}/price-changes/{price_batch_id}/undo": SYNCING,
    "GET /api/data-sources/{store}/orders": READING,
    "GET /api/data-sources/{store}/orders/{order_id}": READING,
    "POST /api/data-sources/{store}/orders/retry": PUSHING,
    "GET /api/orders": READING,
    "GET /api/orders/groups": READING,
    "GET /api/orders.csv": READING,
    "POST /api/orders/retry": PUSHING,
    "POST /api/orders/dismiss": PUSHING,
    "POST /api/orders/reopen": PUSHING,
    "POST /api/data-sources/{store}/orders/{order_id}/retry": PUSHING,
    "POST /api/data-sources/{store}/orders/{order_id}/mark-refunded": PUSHING,
    "POST /api/data-sources/{store}/order-pushes": PUSHING,
    "GET /api/data-sources/{store}/order-pushes/{run_id}": READING,
    "GET /api/data-sources/{store}/order-pushes/{run_id}/orders": READING,
    "GET /api/data-sources/{store}/refunds": READING,
    "POST /api/refunds/retry": PUSHING,
    "POST /api/refunds/dismiss": PUSHING,
}
# Called by BigCommerce, with a secret instead of a login.
PUBLIC_ROUTES = {"POST /hooks/{store_hash}"}


def routes_of(app: FastAPI) -> set[str]:
    """Every method and path, but for the mounted static files."""
    return {
        f"{method} {route.path}"
        for route in app.routes
        if isinstance(route, Route) and route.methods
        for method in route.methods - {"HEAD"}
    }


def mounts_of(app: FastAPI) -> list[Mount]:
    """The applications mounted in it."""
    return [route for route in app.routes if isinstance(route, Mount)]


def path_of(rule: str) -> str:
    """The path of a route, with a value for each of its names: every id is ID."""
    path = rule.split(" ")[1]
    ids = dict.fromkeys(re.findall(r"{(\w+_id)}", path), ID)
    return "/data-sources" + path.format(**{**ids, "store": STORE, "run_id": RUN})


def ask(client: Any, rule: str) -> int:
    """The status that a person gets who uses a route, as writes.js does."""
    method = rule.split(" ")[0]
    body = {} if method in ("POST", "PUT", "PATCH") else None
    answer = client.request(method, path_of(rule), json=body, headers={"X-Requested-With": "page"})
    return int(answer.status_code)


def expected(rule: str, role: str | None) -> set[int]:
    """What may come: 401 for nobody, 403 below the least role, else anything that is no refusal of access."""
    if role is None:
        return {401}
    if ROLES.index(role) < ROLES.index(LEAST_ROLE[rule]):
        return {403}
    return {200, 201, 202, 404, 409, 422}
