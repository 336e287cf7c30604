"""Many sandbox stores, and whether the CRM and they agree to the last variant and order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from include.dag_ids import dag_id_of
from include.local.orders import place_orders
from include.sandbox import Sandbox, Settings, serve_many
from tests.long.many_machines import ManyMachines

PRODUCTS = 200
VARIANTS = 2
AUTO_SYNC_MINUTES = 60
ORDERS_AT_A_TIME = 10


@dataclass
class Stores:
    """Sandbox stores in this process; the first `sellers` of them are sent orders."""

    sandboxes: list[Sandbox]
    base_url: str
    sellers: int

    @property
    def dag_ids(self) -> list[str]:
        """Of the product syncs."""
        return [dag_id_of(sandbox.store_hash) for sandbox in self.sandboxes]

    def activate(self, system: ManyMachines) -> None:
        """Make them data sources."""
        wanted = [
            {
                "store_hash": sandbox.store_hash,
                "changes": {
                    "access_token": sandbox.token,
                    "base_url": self.base_url,
                    "auto_sync": str(AUTO_SYNC_MINUTES),
                    # what is uncertain is looked up twice, this long after: 120 s unless a user says so
                    "order_lookup_delay": "5",
                    "send_initial_orders": number < self.sellers,
                    "send_rebill_orders": number < self.sellers,
                },
            }
            for number, sandbox in enumerate(self.sandboxes)
        ]
        system.command("tests.long.activate", text=json.dumps(wanted))

    def change(self) -> None:
        """Change every tenth product of each and add one, so that all have work to do.

        Nothing that is sold goes: a store rightly refuses an order of it until its sync has seen that.
        """
        for sandbox in self.sandboxes:
            sandbox.catalogue.raise_prices(every=10)
            sandbox.catalogue.add_product("New this week", [{"sku": "NEW-1"}, {"sku": "NEW-2"}], price="9.95")

    def place_orders(self, crm: psycopg.Connection[Any]) -> None:
        """Place orders in the CRM for each store that is sent any."""
        for sandbox in self.sandboxes[: self.sellers]:
            place_orders(crm, sandbox.store_hash, ORDERS_AT_A_TIME)

    def differences(self, crm: psycopg.Connection[Any]) -> list[str]:
        """Where the CRM and a store differ in a variant, its price or its custom field."""
        found = []
        for sandbox in self.sandboxes:
            ours = {row[0]: row[1:] for row in _variants(crm, sandbox.store_hash)}
            fields = {each.resource_id: each.value for each in sandbox.catalogue.metafields.find({})}
            theirs = {
                variant.id: (variant.sku, variant.calculated_price, fields.get(variant.id))
                for variant in sandbox.catalogue.all_variants()
            }
            found += [
                f"{sandbox.store_hash}, variant {each}: {ours.get(each)} here, {theirs.get(each)} there"
                for each in ours.keys() | theirs.keys()
                if ours.get(each) != theirs.get(each)
            ]
        return found

    def orders(self, crm: psycopg.Connection[Any]) -> Counter[str]:
        """How many orders were to be sent, and how many the stores lack, have twice or should not have."""
        count: Counter[str] = Counter(to_be_sent=0, lost=0, doubled=0, unexpected=0)
        for sandbox in self.sandboxes[: self.sellers]:
            there = Counter(order.external_order_id for order in sandbox.orders)
            wanted = {f"crm-{order_id}" for order_id in _sendable(crm, sandbox.store_hash)}
            count["to_be_sent"] += len(wanted)
            count["lost"] += len(wanted - there.keys())
            count["unexpected"] += len(there.keys() - wanted)
            count["doubled"] += sum(number > 1 for number in there.values())
        return count


@contextmanager
def running_stores(number: int, sellers: int) -> Iterator[Stores]:
    """So many stores of 200 plain products each, without a quota, selling also what is out of stock."""
    sandboxes = [
        Sandbox(
            products=PRODUCTS,
            variants=VARIANTS,
            seed=each,
            store_hash=f"many{each:03}",
            quota=None,
            settings=Settings(stock_is_tracked=False, record_bodies=False),
        )
        for each in range(1, number + 1)
    ]
    with serve_many(sandboxes) as base_url:
        yield Stores(sandboxes, base_url, sellers)


def _variants(crm: psycopg.Connection[Any], store_hash: str) -> list[tuple[Any, ...]]:
    """BigCommerce id, SKU, price and what its custom field should be of each variant that is there."""
    return (
        crm.cursor(row_factory=tuple_row)
        .execute(
            """SELECT bigcommerce_variant_id, campaign_product_variant.sku, price,
                      campaign_product_id || '.' || variant_detail_id
               FROM crm.campaign_product_variant
               JOIN crm.campaign_product USING (campaign_product_id)
               JOIN crm.data_source USING (campaign_id)
               WHERE store_hash = %s AND campaign_product_variant.removed_at IS NULL""",
            [store_hash],
        )
        .fetchall()
    )


def _sendable(crm: psycopg.Connection[Any], store_hash: str) -> list[int]:
    """The CRM's orders that should be in a store: by its view, not by our ledger."""
    rows = crm.execute(
        """SELECT order_id FROM crm.sendable_order JOIN crm.data_source USING (data_source_id)
           WHERE store_hash = %s AND is_new""",
        [store_hash],
    )
    return [row[0] for row in rows]
