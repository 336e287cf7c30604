"""No answer takes for ever or fills the memory, whatever the store sends."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from include.bigcommerce.errors import (
    BigCommerceError,
    CredentialsError,
    OutcomeUnknown,
    QuotaExhausted,
    RequestRefused,
    ScopeMissing,
    StoreUnavailable,
    TokenRejected,
)
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, read_products, send_order


def test_a_store_that_drips_is_unavailable_when_the_total_time_is_over(
    connect: Connect, dictate: Dictate
) -> None:
    client = connect(dictate(Answer(body={"data": []}, after="drip", seconds=0.05)), read_timeout=0.3)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="no answer arrived in time"):
        read_products(client, most_failures=1)
    assert 0.5 < time.monotonic() - began < 2


def test_a_body_that_drips_ends_as_well(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(body=b'{"data": []}' + b" " * 1_000, after="drip", seconds=0.003))
    client = connect(store, read_timeout=0.25)
    with pytest.raises(StoreUnavailable, match="no answer arrived in time"):
        read_products(client, most_failures=1)


def test_a_dripping_answer_to_what_must_not_happen_twice_is_an_unknown_outcome(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(body={"id": 1}, after="drip", seconds=0.05))
    client = connect(store, read_timeout=0.3)
    with pytest.raises(OutcomeUnknown, match="no answer arrived in time"):
        client.send("POST", "/v2/orders", json={}, scope="store_v2_orders", safe_to_repeat=False)
    assert len(store.received) == 1


def test_the_total_time_is_no_longer_than_the_patience(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(body={"data": []}, after="drip", seconds=0.05))
    client = connect(store, read_timeout=60.0, patience=0.5)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        read_products(client, most_failures=1)
    assert time.monotonic() - began < 2


def test_a_slow_answer_within_the_total_time_is_read(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(body=b"{}", after="drip", seconds=0.005)), read_timeout=5.0)
    assert read_products(client) == {}


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_not_read_to_its_end(
    packed: bool, connect: Connect, dictate: Dictate
) -> None:
    body = b'{"data": "' + b" " * 3_000_000 + b'"}'
    answer = (
        Answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        if packed
        else Answer(body=body)
    )
    client = connect(dictate(answer), largest_answer=1_000_000)
    with pytest.raises(StoreUnavailable, match="larger than any"):
        read_products(client, most_failures=1)


def test_connections_are_kept_open_between_calls(connect: Connect, dictate: Dictate) -> None:
    client = connect(dictate(Answer(body={"data": []})))
    for _ in range(3):
        read_products(client)
    adapter = client._session.get_adapter(client._address)
    assert isinstance(adapter, HTTPAdapter)
    (pool,) = adapter.poolmanager.pools._container.values()
    assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_a_time_limit_is_for_all_calls_together(connect: Connect, dictate: Dictate) -> None:
    whole = Answer(body={"data": []}, after="drip", seconds=0.002)
    endless = Answer(body=b" " * 10_000, after="drip", seconds=0.05)
    client = connect(dictate(whole, endless), time_limit=0.6, clock=None)
    began = time.monotonic()
    assert read_products(client) == {"data": []}
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="no answer arrived in time"):
            read_products(client)
    assert time.monotonic() - began < 2


OF_AN_ERROR: dict[str, dict[str, Any]] = {
    "is cut": {"after": "cut"},
    "is not compressed as it says": {"headers": {"Content-Encoding": "gzip"}},
    "drips": {"after": "drip", "seconds": 0.002, "body": b"no" * 400},
    "is too large": {"body": b"x" * 5_000},
}


@pytest.mark.parametrize("how", OF_AN_ERROR)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestRefused),
        (401, TokenRejected),
        (403, ScopeMissing),
        (429, QuotaExhausted),
        (503, OutcomeUnknown),
        (302, CredentialsError),
    ],
)
def test_status_of_an_error_counts_whatever_becomes_of_its_body(
    status: int, error: type[BigCommerceError], how: str, connect: Connect, dictate: Dictate
) -> None:
    answer = Answer(**{"status": status, "body": b"no" * 50, **OF_AN_ERROR[how]})
    store = dictate(answer, Answer(429))
    with pytest.raises(error) as caught:
        send_order(connect(store, clock=None, read_timeout=0.3, patience=0.5, largest_answer=1_000))
    assert type(caught.value) is error
    if status != 429:  # which is sent again, because the store certainly did nothing
        assert len(store.received) == 1
        assert caught.value.status in (status, None)
