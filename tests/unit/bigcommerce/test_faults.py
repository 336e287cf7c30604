"""Everything the sandbox can make go wrong: the client gets through, and does nothing twice."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from include.bigcommerce.catalog import Product, parse_product, read_products_page
from include.bigcommerce.client import StoreClient
from include.bigcommerce.metafields import VariantMetafield, read_variant_metafields, write_variant_metafields
from include.bigcommerce.store_information import read_store
from include.sandbox import FaultKind, Quota, Sandbox, Settings
from tests.support.store_clients import Connect, OpenSandbox, VirtualClock

# An answer to another question is never used: test_catalog.py. The others pass.
KINDS: tuple[FaultKind, ...] = tuple(kind for kind in get_args(FaultKind) if kind != "ignored_filters")
TIMED_OUT = {"slow", "drip"}
# The client of these tests gives up on an answer that is slower than this.
PATIENT_FOR_AN_ANSWER = 0.2
SLOW = 0.4


def go_through(client: StoreClient, sandbox: Sandbox) -> None:
    """Read the store and its catalogue, write a field for each variant, heal, read the fields back."""
    assert read_store(client).currency == "USD"
    products: list[Product] = []
    after: int | None = None
    while True:
        page = read_products_page(client, after=after)
        for _, piece in page.products:
            item = parse_product(piece)
            assert isinstance(item, Product)
            products.append(item)
        if not page.has_more:
            break
        after = page.product_ids[-1]
    assert [product.id for product in products] == sandbox.catalogue.product_ids
    fields = [
        VariantMetafield(variant.id, "crm", "campaign_product", f"{product.id}.{variant.id}", "read")
        for product in products
        for variant in product.variants
    ]
    confirmed = set()
    for outcome in write_variant_metafields(client, fields):
        assert (outcome.gone, outcome.refused) == ([], [])
        confirmed |= {each.variant_id for each in outcome.written + outcome.already_exists}
    assert confirmed == {each.variant_id for each in fields}
    stored = [each for page in read_variant_metafields(client, "crm", "campaign_product") for each in page]
    assert sorted((each.variant_id, each.value) for each in stored) == sorted(
        (each.variant_id, each.value) for each in fields
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v2/store"), ("GET", "/catalog/products"), ("POST", "/metafields"), ("GET", "/metafields")],
)
def test_each_fault_alone_is_survived(
    kind: FaultKind, method: str, path: str, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox(products=6, variants=3, settings=Settings(page_cap=4))
    sandbox.faults.add(kind, method=method, path=path, times=2, seconds=SLOW)
    go_through(connect(sandbox, read_timeout=PATIENT_FOR_AN_ANSWER), sandbox)
    assert sandbox.faults.struck == {kind: 2}


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_of_faults_is_survived(seed: int, connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(products=30, variants=3, settings=Settings(page_cap=4, largest_batch=8))
    chances: dict[Any, float] = {kind: 0.003 if kind in TIMED_OUT else 0.04 for kind in KINDS}
    sandbox.faults.by_chance(seed, chances, seconds=SLOW)
    client = connect(sandbox, read_timeout=PATIENT_FOR_AN_ANSWER)
    go_through(client, sandbox)
    assert len(sandbox.faults.struck) > 3
    assert client.statistics.requests == len(sandbox.requests)


def test_a_shared_quota_is_never_overrun(
    connect: Connect, open_sandbox: OpenSandbox, clock: VirtualClock
) -> None:
    sandbox = open_sandbox(products=40, variants=3, settings=Settings(page_cap=1))
    sandbox.quota = Quota(10, clock=clock.now)
    client = connect(sandbox)
    go_through(client, sandbox)
    assert client.statistics.throttled == 0
    assert client.statistics.seconds_waited > 0
    assert len(sandbox.requests) > 50
