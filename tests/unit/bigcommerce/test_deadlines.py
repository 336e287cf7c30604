"""The caller's deadline: what it keeps from being sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.bigcommerce.errors import (
    DeadlinePassed,
    StoreUnavailable,
)
from tests.support.dictated_store import Answer, DictatedStore
from tests.support.store_clients import Connect, Dictate, VirtualClock, read_products, send_order

GOOD = Answer(body={"data": []})


def until(store: DictatedStore, requests: int) -> Callable[[], bool]:
    """A deadline that passes once the store has received so many requests."""
    return lambda: len(store.received) < requests


@pytest.mark.parametrize("call", [read_products, send_order])
def test_a_request_whose_deadline_has_passed_is_not_sent(
    call: Callable[..., Any], connect: Connect, dictate: Dictate
) -> None:
    store = dictate(GOOD)
    with pytest.raises(DeadlinePassed, match="was not sent: its deadline passed"):
        call(connect(store), may_leave=lambda: False)
    assert store.received == []


def test_the_deadline_is_checked_again_after_a_429(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(429, b"", {"X-Retry-After": "7"}), GOOD)
    with pytest.raises(DeadlinePassed):
        send_order(connect(store), may_leave=until(store, 1))
    assert len(store.received) == 1


def test_a_deadline_that_passes_in_the_back_off_raises_the_error_of_the_attempt_before(
    connect: Connect, dictate: Dictate
) -> None:
    store = dictate(Answer(503, b""), GOOD)
    with pytest.raises(StoreUnavailable):
        read_products(connect(store), may_leave=until(store, 1))
    assert len(store.received) == 1


def test_the_deadline_is_checked_after_the_wait_for_the_quota(
    connect: Connect, dictate: Dictate, clock: VirtualClock
) -> None:
    spent = {"X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "9000"}
    store = dictate(Answer(200, {}, spent), GOOD)
    client = connect(store)
    read_products(client)
    deadline = clock.now() + 5
    with pytest.raises(DeadlinePassed):
        send_order(client, may_leave=lambda: clock.now() < deadline)
    assert clock.now() >= deadline
    assert len(store.received) == 1


def test_a_turn_that_was_not_used_is_given_back(connect: Connect, dictate: Dictate) -> None:
    left = {"X-Rate-Limit-Requests-Left": "1", "X-Rate-Limit-Time-Reset-Ms": "9000"}
    store = dictate(Answer(200, {}, left))
    client = connect(store)
    read_products(client)
    for _ in range(5):
        with pytest.raises(DeadlinePassed):
            send_order(client, may_leave=lambda: False)
    waited = client.statistics.seconds_waited
    read_products(client)
    assert client.statistics.seconds_waited == waited
