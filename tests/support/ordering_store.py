"""A sandbox store whose products are synced, orders in the CRM, and workers that push them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg
import pytest
import requests

from include.bigcommerce.client import StoreClient
from include.bigcommerce.scope_check import read_accessible_store
from include.crm import order_ledger, sync_runs
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.local.postgres import Postgres
from include.order_push.time_limits import AT_ONCE
from include.order_push.translate import external_order_id
from include.order_push.worker import Worker
from include.product_sync.extract import extract
from include.product_sync.load import load
from tests.support.crm_rows import insert
from tests.support.databases import as_tests
from tests.support.filled_campaign import FilledCampaign
from tests.support.shop import Shop, serve_data_source

SCOPES = ("store_v2_products", "store_v2_information_read_only", "store_v2_orders")

ADDRESS = {
    "name": "Ada Lovelace",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address1": "12 St James's Square",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78751",
    "country": "US",
    "email_address": "ada@example.com",
    "phone_number": "+1 512 555 0100",
}


@dataclass
class OrderingStore(Shop):
    """A shop with synced products that sends orders, as the order push sees it."""

    variants: list[dict[str, Any]] = field(default_factory=list)
    next_order_id: int = 1
    client_arguments: dict[str, Any] = field(default_factory=dict)

    def order(self, *, quantity: int = 1, variant: int = 0, **columns: object) -> int:
        """The CRM takes an order of one line; its id."""
        order_id, sold = self.next_order_id, self.variants[variant % len(self.variants)]
        self.next_order_id += 1
        price = sold["price"] * quantity
        money = {"currency_code": "USD", "price": price, "total_amount": price}
        campaign = self.rows("SELECT campaign_id FROM crm.campaign")[0]
        plain = {"order_id": order_id, "order_type": "NEW_SALE", "order_status": "COMPLETE"}
        insert(self.crm, "customer_order", {**plain, **campaign, **money, **ADDRESS, **columns})
        line = {
            name: sold[name] for name in ("campaign_product_id", "variant_detail_id", "sku", "name", "price")
        }
        insert(
            self.crm,
            "customer_order_line",
            {"order_id": order_id, "line_number": 1, "quantity": quantity, **line},
        )
        self.crm.commit()
        return order_id

    def fill_campaign(self) -> None:
        """As a sync without its write-back, but on one connection: eight take half of a test's time."""
        client = self.client()
        run = sync_runs.begin(self.crm, self.source.data_source_id, SyncOptions(), DagRunReference())
        extract(self.crm, client, run, read_accessible_store(client))
        load(self.crm, run)
        self.crm.commit()

    def client(self) -> StoreClient:
        """A client of the store that does not wait long."""
        session = requests.Session()
        session.headers["X-Auth-Token"] = self.sandbox.token
        return StoreClient(
            session,
            self.sandbox.base_url,
            self.sandbox.store_hash,
            **{"read_timeout": 2, "patience": 5, **self.client_arguments},
        )

    def worker(self, crm: psycopg.Connection[Any] | None = None, **arguments: Any) -> Worker:
        """A worker over this (or the fixture's) connection that never waits for uncertain orders."""
        return Worker(crm or self.crm, self.client(), self.source, "USD", **{"limits": AT_ONCE, **arguments})

    def push(self) -> Counter[str]:
        """Select what is new and let one worker drain it."""
        order_ledger.select_new(self.crm, self.source.data_source_id)
        self.crm.commit()
        return self.worker().run()

    def pass_time(self, seconds: int = 901) -> None:
        """Let so much time go by for the ledger: leases end, delays are over."""
        self.change(
            "UPDATE crm.order_push SET next_attempt_at = next_attempt_at - make_interval(secs => %s), "
            "lease_until = lease_until - make_interval(secs => %s)",
            seconds,
            seconds,
        )

    def states(self) -> dict[int, str]:
        """State by order id."""
        return {row["order_id"]: row["state"] for row in self.rows("SELECT * FROM crm.order_push")}

    def row(self, order_id: int) -> dict[str, Any]:
        """An order's row in the ledger."""
        (found,) = self.rows("SELECT * FROM crm.order_push WHERE order_id = %s", order_id)
        return found

    def in_store(self) -> Counter[str | None]:
        """How often each external_order_id is among the store's orders."""
        return Counter(order.external_order_id for order in self.sandbox.orders)

    def expected(self, order_ids: Iterable[int]) -> Counter[str | None]:
        """Each of these orders once."""
        return Counter(external_order_id(order_id) for order_id in order_ids)

    def posts(self) -> int:
        """How many orders were sent, whatever came of it."""
        return self.requests("POST", "/v2/orders")


USUAL_STORE = {"products": 4, "variants": 2, "scopes": SCOPES}
USUAL_SOURCE = {"store_name": "Tea Shop", "send_initial_orders": True, "send_order_status_id": 11}


@pytest.fixture(scope="session")
def filled_campaign(postgres: Postgres, crm_template: str) -> FilledCampaign:
    """What a sync of the usual store leaves in a fresh database."""
    postgres.create_database("crm_filled", crm_template)
    url = as_tests(postgres.url("crm_filled"))
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch, psycopg.connect(url) as crm:
        sandbox = serve_data_source(running, patch, crm, url, USUAL_SOURCE, **USUAL_STORE)
        filled = FilledCampaign.by(OrderingStore(sandbox, crm, url).fill_campaign, crm)
    postgres.drop_database("crm_filled")
    return filled


@pytest.fixture
def shop(
    crm: psycopg.Connection[Any],
    crm_url: str,
    monkeypatch: pytest.MonkeyPatch,
    filled_campaign: FilledCampaign,
) -> Iterator[Callable[..., OrderingStore]]:
    """Makes a store with synced products that sends initial orders; arguments are those of Sandbox."""
    with ExitStack() as running:

        def make(**arguments: Any) -> OrderingStore:
            size = {**USUAL_STORE, **arguments}
            sandbox = serve_data_source(running, monkeypatch, crm, crm_url, USUAL_SOURCE, **size)
            store = OrderingStore(sandbox, crm, crm_url)
            if arguments or not filled_campaign.fits(crm):
                store.fill_campaign()
            else:
                filled_campaign.copy_to(crm)
            store.variants = store.rows(
                "SELECT * FROM crm.campaign_product_variant ORDER BY variant_detail_id"
            )
            assert all(isinstance(variant["price"], Decimal) for variant in store.variants)
            sandbox.settings.stock_is_tracked = False
            sandbox.forget_requests()
            return store

        yield make
