"""One sandbox store: catalogue, orders, scripts, access, quota, faults, settings, and the log of requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock

from include.sandbox.catalogue.catalogue import Catalogue
from include.sandbox.catalogue.generator import generate
from include.sandbox.faults.faults import Faults
from include.sandbox.orders.orders import Orders
from include.sandbox.orders.refunds import Refunds
from include.sandbox.orders.shipments import Shipments
from include.sandbox.store.access import DEFAULT_SCOPES, Access
from include.sandbox.store.quota import Quota
from include.sandbox.store.settings import Settings
from include.sandbox.storefront.carts import Carts
from include.sandbox.storefront.placement import Placement
from include.sandbox.storefront.scripts import Scripts
from include.sandbox.storefront.tokens import StorefrontTokens
from include.sandbox.webhooks.deliveries import Deliveries
from include.sandbox.webhooks.hooks import Hooks


@dataclass
class RecordedRequest:
    """One received request; `status` is None until an answer is sent.

    `path` begins at the version, such as `/v3/catalog/products`, or is a path of the storefront; `query` is
    the raw query string; the headers do not include tokens and cookies.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    status: int | None = None
    fault: str | None = None
    began_at: float = field(default_factory=time.monotonic)
    seconds: float | None = None


class Sandbox:
    """A store. `serve` puts it on a loopback port and sets `base_url`."""

    def __init__(
        self,
        *,
        products: int = 50,
        variants: int = 5,
        seed: int = 1,
        awkward: bool = False,
        catalogue: Catalogue | None = None,
        store_hash: str = "sandbox1",
        token: str | None = None,
        scopes: Iterable[str] = DEFAULT_SCOPES,
        quota: int | None = 450,
        window_seconds: float = 30.0,
        settings: Settings | None = None,
    ) -> None:
        self.base_url = ""
        self.store_hash = store_hash
        self.catalogue = catalogue or Catalogue(generate(seed, products, variants, awkward=awkward))
        self.orders = Orders(self.catalogue)
        self.refunds = Refunds(self.orders)
        self.shipments = Shipments(self.orders)
        self.scripts = Scripts()
        self.placement = Placement(self.scripts)
        self.carts = Carts(self.catalogue, lambda: self.settings.stock_is_tracked)
        self.storefront_tokens = StorefrontTokens()
        self.access = Access(token, scopes)
        self.quota = Quota(quota, window_seconds)
        self.faults = Faults()
        self._settings = settings or Settings()
        self.hooks = Hooks(store_hash)
        self.deliveries = Deliveries(self.hooks, store_hash, self._settings)
        self.catalogue.announce = self.orders.announce = self.deliveries.announce
        self.requests: list[RecordedRequest] = []
        self.visits: list[RecordedRequest] = []  # requests of shoppers' browsers to the storefront
        self.requests_seen = 0  # since the start, even after the log was cleared
        self.most_in_flight = 0
        self._in_flight = 0
        self._products_pages = 0
        self._after_products_page: list[tuple[int, Callable[[Catalogue], object]]] = []
        self._orders_pages = 0
        self._after_orders_page: list[tuple[int, Callable[[Orders], object]]] = []
        self._lock = Lock()

    @property
    def settings(self) -> Settings:
        """Everything that can be changed while the store runs."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = self.deliveries.settings = settings

    @property
    def token(self) -> str:
        """The token that is accepted (unless revoked)."""
        return self.access.token

    def after_products_page(self, number: int, change: Callable[[Catalogue], object]) -> None:
        """Change the catalogue once, right after the `number`-th products page from now."""
        with self._lock:
            self._after_products_page.append((self._products_pages + number, change))

    def products_page_made(self) -> None:
        """Apply the changes that wait for this products page."""
        with self._lock:
            self._products_pages += 1
            due = [change for at, change in self._after_products_page if at == self._products_pages]
        for change in due:
            change(self.catalogue)

    def after_orders_page(self, number: int, change: Callable[[Orders], object]) -> None:
        """Change the orders once, right after the `number`-th page of the order list from now."""
        with self._lock:
            self._after_orders_page.append((self._orders_pages + number, change))

    def orders_page_made(self) -> None:
        """Apply the changes that wait for this page of the order list."""
        with self._lock:
            self._orders_pages += 1
            due = [change for at, change in self._after_orders_page if at == self._orders_pages]
        for change in due:
            change(self.orders)

    def request_began(self, request: RecordedRequest) -> None:
        """Log the request and count it as in flight."""
        with self._lock:
            self.requests.append(request)
            self.requests_seen += 1
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        self.refunds.request_began(self.requests_seen)

    def request_ended(self, request: RecordedRequest) -> None:
        """The answer was sent or lost."""
        with self._lock:
            self._in_flight -= 1
            request.seconds = time.monotonic() - request.began_at

    def visit_began(self, request: RecordedRequest) -> None:
        """Log a request to the storefront."""
        with self._lock:
            self.visits.append(request)

    def visit_ended(self, request: RecordedRequest) -> None:
        """The answer was sent or lost."""
        request.seconds = time.monotonic() - request.began_at

    def forget_requests(self) -> None:
        """Clear the log and its counters."""
        with self._lock:
            self.requests.clear()
            self.most_in_flight = self._in_flight
