"""A storefront of a few pages for the redirect script; every answer can be made wrong, late or missing."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from include.checkout.script import ScriptSettings, script_text

TOKEN = "eyJ0.storefront-token_1"
CART_ID = "bc218c65-7a32-4ab7-8082-68730c074d02"
WAYS = """
<a id="link" href="/checkout"><span>Check out</span></a>
<a id="php" href="/checkout.php">Check out</a>
<a id="blank" href="/checkout" target="_blank">Check out</a>
<a id="several" href="/checkout.php?action=multiple">Check out with several addresses</a>
<a id="confirmation" href="/checkout/order-confirmation">Your order</a>
<form action="/checkout"><button id="form">Check out</button></form>
<form action="/cart.php" method="post">
  <button id="formaction" formaction="/checkout.php">Check out</button>
</form>
<form action="/checkout" target="_blank"><button id="form-blank">Check out</button></form>
<button id="script" type="button" onclick="location.href = '/checkout'">Check out</button>
<button id="router" type="button" onclick="history.pushState(null, '', '/checkout')">Check out</button>
"""


def line(product_id: int = 113, variant_id: int = 127, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a cart, as the storefront lists it; its one option is the variant's own."""
    usual = {
        "id": f"line-{variant_id}",
        "productId": product_id,
        "variantId": variant_id,
        "quantity": quantity,
        "salePrice": 9.99,
        "options": [{"nameId": 10 * product_id, "name": "Size", "value": "Small"}],
        "discounts": [{"id": "none", "discountedAmount": 0}],
        "discountAmount": 0,
        "couponAmount": 0,
        "giftWrapping": None,
        "isMutable": True,
    }
    return usual | more


def cart(physical: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """A cart, by default of one line; `more` are other members of it or of its lineItems."""
    kinds = ("physicalItems", "digitalItems", "giftCertificates", "customItems", "otherItems")
    items = {"physicalItems": [line()] if physical is None else physical, "digitalItems": []}
    items |= {kind: more.pop(kind) for kind in kinds if kind in more}
    usual = {"id": CART_ID, "currency": {"code": "USD"}, "coupons": [], "discounts": [], "discountAmount": 0}
    return usual | {"lineItems": items | {"giftCertificates": items.get("giftCertificates", [])}} | more


@dataclass
class Storefront:
    """`received` lists requests as (path, body); `waiting` holds back the answers to these paths for ever.

    `fields` are the values of the custom field by variant id; `prices` what a single one costs, or else 9.99.
    """

    port: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    token: str = TOKEN
    body: str = WAYS
    policy: str = ""  # Content-Security-Policy
    cached: str = "no-store"
    script_on_checkout: bool = False
    carts: Any = field(default_factory=lambda: [cart()])
    fields: dict[int, list[str]] = field(default_factory=lambda: {127: ["228.123"]})
    prices: dict[int, Any] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    received: list[tuple[str, str]] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def crm(self) -> str:
        """Another origin, though the same server answers."""
        return f"http://localhost:{self.port}/crm"

    @property
    def api_requests(self) -> list[str]:
        return [path.partition("?")[0] for path, _ in self.received if path.startswith(("/api/", "/graphql"))]

    def script(self) -> str:
        """As Stencil delivers it."""
        usual = {"checkout_url": self.crm, "namespace": "crm", "key": "campaign_product", "currency": "USD"}
        text = script_text(ScriptSettings(**(usual | self.settings)))
        return text.replace("{{settings.storefront_api.token}}", self.token)

    def answer(self, path: str, body: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        path = path.partition("?")[0]
        if path in self.answers:
            status, content = self.answers[path]
            return status, "application/json", content
        if path == "/api/storefront/carts":
            return 200, "application/json", json.dumps(self.carts).encode()
        if path == "/graphql":
            return 200, "application/json", json.dumps(self._fields(body)).encode()
        script = "" if path.startswith("/checkout") and not self.script_on_checkout else self.script()
        text = f"<!doctype html><title>{path}</title><head>{script}</head><body>{self.body}</body>"
        return 200, "text/html", text.encode()

    def _fields(self, body: str) -> dict[str, Any]:
        asked = re.findall(
            r"(\w+): product\(entityId: (\d+)\)[^)]*entityIds: \[(\d+)\]", json.loads(body)["query"]
        )
        return {"data": {"site": {name: self._product(int(one), int(two)) for name, one, two in asked}}}

    def _product(self, product_id: int, variant_id: int) -> dict[str, Any] | None:
        if product_id in self.hidden:
            return None
        values = [{"node": {"value": value}} for value in self.fields.get(variant_id, [])]
        options = {"edges": [{"node": {"entityId": 10 * product_id}}]}
        prices = self.prices.get(variant_id, {"price": {"value": 9.99}})
        node = {"options": options, "prices": prices, "metafields": {"edges": values}}
        return {"variants": {"edges": [{"node": node}]}}


@contextmanager
def serve_storefront(**settings: Any) -> Iterator[Storefront]:
    """A running storefront."""
    store = Storefront(**settings)

    class Handler(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            store.received.append((self.path, body))
            path = self.path.partition("?")[0]
            if path == "/graphql":
                store.authorizations.append(self.headers["Authorization"])
            if path in store.waiting:
                store.closing.wait(20)
            status, kind, content = store.answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", store.cached)
            if store.policy:
                self.send_header("Content-Security-Policy", store.policy)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_request

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    store.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield store
    finally:
        store.closing.set()
        server.shutdown()
        server.server_close()


Change = Callable[[Storefront], object]
