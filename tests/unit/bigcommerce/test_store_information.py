"""What a store says about itself."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import (
    ScopeMissing,
    StoreInformationUnusable,
    StoreNotAccessible,
    UnexpectedResponse,
)
from include.bigcommerce.scope_check import read_accessible_store, try_access
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


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Tea & Co", "Tea & Co"),
        ("", "abc123"),
        (None, "abc123"),
        (5, "abc123"),
        (" \x00\n ", "abc123"),
        ("Tea\x00 Shop\r\n", "Tea Shop"),
        ("x" * 2_001, "x" * 199 + "…"),
        ("👩\u200d🍳", "👩\u200d🍳"),
    ],
)
def test_a_name_is_cleaned_and_bounded_and_never_empty(
    name: object, read: str, connect: Connect, dictate: Dictate
) -> None:
    store = read_store(connect(dictate(Answer(body={"name": name, "currency": "USD"}))))
    assert store.name == read


def test_half_an_emoji_in_a_name_is_replaced(connect: Connect, dictate: Dictate) -> None:
    store = read_store(connect(dictate(Answer(body=rb'{"name":"Tea \ud83d","currency":"USD"}'))))
    assert store.name == "Tea \ufffd"


@pytest.mark.parametrize("currency", ["usd", " USD ", "Usd"])
def test_a_currency_is_three_capital_letters(currency: str, connect: Connect, dictate: Dictate) -> None:
    assert read_store(connect(dictate(Answer(body={"name": "Shop", "currency": currency})))).currency == "USD"


@pytest.mark.parametrize("currency", ["", None, "US", "US dollars", "U$D", "ÜSD", "\x00", "x" * 5_000])
def test_what_is_no_currency_is_refused_in_a_sentence(
    currency: str | None, connect: Connect, dictate: Dictate
) -> None:
    with pytest.raises(StoreInformationUnusable) as caught:
        read_store(connect(dictate(Answer(body={"name": "Shop", "currency": currency}))))
    assert "is not a currency code of three letters such as USD" in str(caught.value)
    assert "Settings > Currencies" in caught.value.next_step
    assert len(str(caught.value)) < 300
    assert caught.value.remedy == "data"


def test_a_store_that_refuses_everything_may_be_another_one(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(403, {"status": 403, "title": "Forbidden"}))
    with pytest.raises(StoreNotAccessible) as caught:
        try_access(connect(store), sends_orders=True)
    assert str(caught.value) == (
        "BigCommerce refused every request to store abc123 (403: Forbidden). The store may be closed or "
        "suspended, its store hash may be wrong, or the access token may belong to another store or lack "
        "every scope. Open the store's control panel. Then compare the store hash with the API path of the "
        "store's API account, and use an access token that was created in this store."
    )
    assert len(store.received) == 4


def test_suspended_store_is_not_taken_for_a_missing_scope_when_a_sync_begins(
    connect: Connect, dictate: Dictate, open_sandbox: OpenSandbox
) -> None:
    suspended = dictate(Answer(403, b"<html><title>Store Suspended</title></html>"))
    with pytest.raises(StoreNotAccessible, match=r"403: Store Suspended.* closed or suspended"):
        read_accessible_store(connect(suspended))
    with pytest.raises(ScopeMissing, match="store_v2_information_read_only"):
        read_accessible_store(connect(open_sandbox(scopes=["store_v2_products"])))


def test_store_that_does_not_exist_is_named_as_that(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(StoreNotAccessible, match=r"has no store abc123 \(404: No store found\)"):
        read_store(connect(dictate(Answer(404, {"title": "No store found"}))))


def test_only_the_scopes_that_are_missing_are_named(connect: Connect, open_sandbox: OpenSandbox) -> None:
    sandbox = open_sandbox(scopes=["store_v2_information_read_only", "store_v2_products_read_only"])
    with pytest.raises(ScopeMissing) as caught:
        try_access(connect(sandbox), sends_orders=True)
    assert caught.value.scope == "store_v2_products, store_v2_orders"
