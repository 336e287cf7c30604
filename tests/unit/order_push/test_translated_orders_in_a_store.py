"""What becomes of translated orders in a store, and what the official file says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from include.bigcommerce.client import StoreClient
from include.bigcommerce.orders import create_order
from include.crm.orders import Address, CustomerOrder
from include.order_push.translate import order_id_of
from include.sandbox import Sandbox, serve
from tests.support.crm_orders import billing, body_of, orders_that_add_up
from tests.support.official_contract import official_contract

Store = tuple[Sandbox, StoreClient]
ADDRESSES: list[Address] = [
    billing(),
    billing(country="CA", state="QC", postal_code="G1R 1P8"),
    billing(country="DE", state="", postal_code="40212", city="Düsseldorf"),
    billing(country="BR", state="SP", postal_code="01310-200"),
    billing(country="JP", state="JP-13", postal_code="100-0001", city="千代田区"),
    billing(country="KR", state="", postal_code="03187"),
]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A sandbox store that transacts in every currency used here, and a client of it."""
    with serve(Sandbox(products=2, variants=2, quota=None, scopes=("store_v2_orders",))) as sandbox:
        sandbox.settings.currencies = ("USD", "JPY", "KWD", "CLF")
        sandbox.settings.stock_is_tracked = False
        session = requests.Session()
        session.headers["X-Auth-Token"] = sandbox.token
        with session:
            yield sandbox, StoreClient(session, sandbox.base_url, sandbox.store_hash)


orders_from_anywhere = st.builds(
    replace,
    orders_that_add_up(),
    billing=st.sampled_from(ADDRESSES),
    shipping=st.none() | st.sampled_from(ADDRESSES),
)


@settings(deadline=None)  # the first example pays for what is read and built once
@given(crm_order=orders_from_anywhere)
def test_what_a_store_keeps_is_worth_what_the_customer_paid(store: Store, crm_order: CustomerOrder) -> None:
    sandbox, client = store
    kept = sandbox.orders.order(create_order(client, body_of(crm_order)).id)
    assert Decimal(kept.total_inc_tax) == crm_order.total_amount
    assert kept.currency_code == crm_order.currency_code
    assert kept.billing_address.country_iso2 == crm_order.billing.country
    assert order_id_of(kept.external_order_id) == crm_order.order_id


@settings(deadline=None)  # the first example pays for what is read and built once
@given(crm_order=orders_from_anywhere)
def test_what_is_sent_fits_the_official_file(store: Store, crm_order: CustomerOrder) -> None:
    contract = official_contract()
    sandbox, client = store
    create_order(client, body_of(crm_order))
    contract.check_request(sandbox.requests[-1])
