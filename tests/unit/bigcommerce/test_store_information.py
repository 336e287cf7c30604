"""What a store says about itself."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import ScopeMissing, UnexpectedResponse
from include.bigcommerce.store_information import read_store
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox


def test_name_and_currency_are_read(connect: Connect, open_sandbox: OpenSandbox) -> None:
    store = read_store(connect(open_sandbox()))
    assert (store.name, store.currency) == ("Sandbox Store", "USD")


def test_a_store_without_a_currency_breaks_the_contract(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(UnexpectedResponse, match=r"currency at \$.currency is missing"):
        read_store(connect(dictate(Answer(body={"name": "Shop"}))))


def test_the_scope_it_needs_is_named(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(scopes=["store_v2_products"])
    with pytest.raises(ScopeMissing, match="Information & Settings: read-only"):
        read_store(connect(sandbox))
