"""Sandbox stores on loopback, for as long as a test lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from include.sandbox import Sandbox, serve
from tests.support.official_contract import Contract, official_contract
from tests.support.sandbox_client import SandboxClient
from tests.support.shopper import Shopper

Visit = Callable[..., SandboxClient]


@pytest.fixture
def visit() -> Iterator[Visit]:
    """`visit(products=30, …)` opens a store with these arguments of Sandbox; unlimited unless told."""
    with ExitStack() as stores:

        def open_store(**arguments: Any) -> SandboxClient:
            sandbox = Sandbox(**{"products": 10, "variants": 2, "quota": None, **arguments})
            visitor = SandboxClient(stores.enter_context(serve(sandbox)))
            stores.enter_context(visitor.session)
            return visitor

        yield open_store


@pytest.fixture
def shopper(visit: Visit) -> Iterator[Shopper]:
    """A shopper at a store of three products with two variants each; the last product is a download."""
    sandbox = visit(products=3).sandbox
    sandbox.settings.stock_is_tracked = False
    sandbox.catalogue.change_product(sandbox.catalogue.product_ids[-1], type="digital")
    with Shopper(sandbox) as visitor:
        yield visitor


@pytest.fixture
def contract() -> Contract:
    """Skips where the official files are absent."""
    return official_contract()
