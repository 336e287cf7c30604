"""How often a store is asked for its countries and states."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
COUNTRIES, STATES = "/v2/countries", "/v2/countries/states"


@pytest.mark.parametrize("failing", [COUNTRIES, STATES])
def test_while_reading_fails_a_week_sees_at_most_five_requests_and_a_day_one_attempt(
    shop: Shop, failing: str
) -> None:
    store = shop()
    store.sandbox.faults.add("status", method="GET", path=failing, status=500, times=None)
    per_day = []
    for _ in range(15):
        before = sum(one.path.startswith(COUNTRIES) for one in store.sandbox.requests)
        for _ in range(2):
            order_id = store.order()
            store.push()
            assert store.states()[order_id] == "pushed"
        per_day.append(sum(one.path.startswith(COUNTRIES) for one in store.sandbox.requests) - before)
        store.change("UPDATE crm.store_geography SET asked_at = asked_at - interval '25 hours'")
    assert max(sum(per_day[day : day + 7]) for day in range(len(per_day))) <= 5, per_day
    assert sum(per_day[:7]) >= 2, "it was attempted again"
    assert sum(per_day[7:]) >= 1, "and after the week once more"
