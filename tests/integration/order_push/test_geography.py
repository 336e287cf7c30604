"""How often a store is asked for its countries and states, and what happens if it does not list them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.sandbox.store.geography.countries import STATES
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
COUNTRIES, ALL_STATES = "/v2/countries", "/v2/countries/states"


@pytest.mark.parametrize("failing", [COUNTRIES, ALL_STATES])
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


def test_small_pages_are_read_country_by_country_with_five_requests_a_week(shop: Shop) -> None:
    store = shop()
    store.sandbox.settings.page_cap = 50
    per_day = []
    for day in range(15):
        before = sum(one.path.startswith(COUNTRIES) for one in store.sandbox.requests)
        store.order(state="NY")
        if day >= 3:
            store.order(country="CA", state="MB", postal_code="R2C 0A1", city="Winnipeg")
        store.push()
        per_day.append(sum(one.path.startswith(COUNTRIES) for one in store.sandbox.requests) - before)
        store.change(
            "UPDATE crm.store_geography SET asked_at = asked_at - interval '25 hours', "
            "read_at = read_at - interval '25 hours'"
        )
    assert max(sum(per_day[day : day + 7]) for day in range(len(per_day))) <= 5, per_day
    assert set(store.states().values()) == {"pushed"}
    known = {
        row["country_code"]: row["states"]
        for row in store.rows(
            "SELECT country_code, count(*) AS states FROM crm.store_state GROUP BY country_code"
        )
    }
    assert known == {"US": len(STATES["US"]), "CA": len(STATES["CA"])}


def test_states_of_a_country_that_was_read_alone_are_all_there_are(shop: Shop) -> None:
    store = shop()
    store.sandbox.settings.page_cap = 50
    sent = store.order(state="ae", city="APO")
    wrong = store.order(state="Texxas")
    unread = store.order(country="CA", state="Yukon Territory", postal_code="Y1A 1A1", city="Whitehorse")
    store.push()
    assert store.states() == {sent: "pushed", wrong: "rejected", unread: "pushed"}
    assert "is not valid for" in store.row(wrong)["reason"]


def test_countries_and_states_are_read_once_with_at_most_five_requests(shop: Shop) -> None:
    store = shop()
    store.order()
    store.push()
    geography = [one for one in store.sandbox.requests if one.path.startswith("/v2/countries")]
    assert 2 <= len(geography) <= 5
    store.order()
    store.push()
    assert [one for one in store.sandbox.requests if one.path.startswith("/v2/countries")] == geography


def test_unreadable_countries_stop_no_order_and_are_not_requested_again_at_once(shop: Shop) -> None:
    store = shop()
    store.sandbox.faults.add("status", method="GET", path="/v2/countries", status=500, times=None)
    orders = [store.order(), store.order(variant=1)]
    store.push()
    store.push()
    assert store.states() == dict.fromkeys(orders, "pushed")
    assert sum(one.path.startswith("/v2/countries") for one in store.sandbox.requests) == 1
