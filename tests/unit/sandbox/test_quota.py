"""The quota: its windows, its headers, its 429s."""

from __future__ import annotations

import pytest

from include.sandbox import Quota
from tests.support.sandbox_client import PRODUCTS
from tests.support.sandbox_visits import Visit

LEFT, ALLOWED, WINDOW, RESET = (
    "X-Rate-Limit-Requests-Left",
    "X-Rate-Limit-Requests-Quota",
    "X-Rate-Limit-Time-Window-Ms",
    "X-Rate-Limit-Time-Reset-Ms",
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_window_allows_its_quota_and_the_next_one_starts_again() -> None:
    clock = Clock()
    quota = Quota(2, 30, clock=clock)
    assert [quota.spend() for _ in range(3)] == [True, True, False]
    clock.seconds += 29.9
    assert not quota.spend()
    clock.seconds += 0.1
    assert quota.spend()
    assert quota.headers() == {LEFT: "1", ALLOWED: "2", WINDOW: "30000", RESET: "30000"}


def test_the_reset_counts_down_from_the_first_request() -> None:
    clock = Clock()
    quota = Quota(5, 30, clock=clock)
    quota.spend()
    clock.seconds += 10
    assert quota.headers()[RESET] == "20000"


def test_other_apps_of_the_store_spend_from_the_same_quota(visit: Visit) -> None:
    store = visit(quota=5, window_seconds=60)
    assert store.sandbox.quota.spend(3)
    assert store.get(PRODUCTS).headers[LEFT] == "1"


def test_beyond_the_quota_every_request_is_refused_until_the_window_ends(visit: Visit) -> None:
    store = visit(quota=2, window_seconds=60)
    statuses = [store.get("/v2/store").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = store.get(PRODUCTS)
    assert (refused.headers[LEFT], refused.headers[ALLOWED], refused.headers[WINDOW]) == ("0", "2", "60000")
    assert 0 < int(refused.headers[RESET]) <= 60000
    assert refused.json()["status"] == 429


@pytest.mark.parametrize("path", [PRODUCTS, "/v2/time", "/v3/catalog/products/1", "/v3/nowhere"])
def test_the_four_headers_are_on_every_answer(visit: Visit, path: str) -> None:
    store = visit()
    assert store.get(path).headers.keys() >= {LEFT, ALLOWED, WINDOW, RESET}
