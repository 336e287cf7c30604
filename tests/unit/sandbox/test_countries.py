"""The store's own countries and states: what it lists is what an order's address may name."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.store.geography.countries import COUNTRIES as LISTED
from include.sandbox.store.geography.countries import STATES
from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_orders import ORDERS, address, custom_line, order

COUNTRIES = "/v2/countries"


def send(store: SandboxClient, **changes: Any) -> Any:
    body = order(billing_address=address(**changes), products=[custom_line()])
    return store.send("POST", ORDERS, json=body)


def test_all_countries_come_in_one_page(visit: Visit) -> None:
    store = visit()
    listed = store.get(COUNTRIES, limit=250).json()
    assert len(listed) == len(LISTED) == store.get(f"{COUNTRIES}/count").json()["count"]
    assert len({each["id"] for each in listed}) == len({each["country"] for each in listed}) == len(listed)
    assert {"US", "XK", "HK", "AE", "AX"} <= {each["country_iso2"] for each in listed}


def test_all_states_come_page_by_page_and_belong_to_a_listed_country(visit: Visit) -> None:
    store = visit()
    countries = {each["id"]: each["country_iso2"] for each in store.get(COUNTRIES, limit=250).json()}
    pages = [store.get(f"{COUNTRIES}/states", limit=100, page=page) for page in (1, 2, 3, 4)]
    assert [each.status_code for each in pages] == [200, 200, 200, 204]
    states = [state for page in pages[:3] for state in page.json()]
    assert len(states) == store.get(f"{COUNTRIES}/states/count").json()["count"]
    names = {(countries[each["country_id"]], each["state"]) for each in states}
    assert len(names) == len(states)
    assert {("US", "Virgin Islands"), ("US", "Armed Forces Middle East"), ("CA", "Yukon Territory")} <= names
    assert {("IN", "Maharashtra"), ("AE", "Ajman"), ("US", "Palau"), ("MX", "Nuevo León")} <= names


@pytest.mark.parametrize(("status", "code"), [(204, 204), (200, 200)])
def test_a_country_may_have_no_states(visit: Visit, status: int, code: int) -> None:
    store = visit()
    store.steer("PATCH", "/settings", nothing_found_status=status)
    answer = store.get(f"{COUNTRIES}/{LISTED['FR'].id}/states")
    assert answer.status_code == code
    assert answer.text in ("", "[]")
    assert store.get(f"{COUNTRIES}/{LISTED['FR'].id}/states/count").json() == {"count": 0}
    assert store.get(f"{COUNTRIES}/{LISTED['CA'].id}/states/count").json() == {"count": 13}


def test_countries_need_a_scope_of_their_own(visit: Visit) -> None:
    store = visit(scopes=["store_v2_orders"])
    assert store.get(COUNTRIES).status_code == 403


@pytest.mark.parametrize("query", [{"colour": "red"}, {"page": "one"}])
def test_unknown_or_invalid_parameters_are_refused(visit: Visit, query: dict[str, str]) -> None:
    assert visit().get(COUNTRIES, **query).status_code == 400


def test_every_listed_state_can_be_ordered_from_and_comes_back_unchanged(visit: Visit) -> None:
    store = visit()
    for country, states in STATES.items():
        for state in states:
            made = send(store, country_iso2=country, country=LISTED[country].name, state=state.name).json()
            assert made["billing_address"]["state"] == state.name


@pytest.mark.parametrize("country", ["US", "CA", "AU", "BR", "MX", "JP"])
def test_some_countries_demand_a_state(visit: Visit, country: str) -> None:
    refused = send(visit(), country_iso2=country, state="").json()[0]
    assert refused["message"] == "The field 'state' is invalid."


@pytest.mark.parametrize("country", ["IN", "AE", "DE", "NZ", "HK", "FR"])
def test_others_take_an_address_without_one(visit: Visit, country: str) -> None:
    assert send(visit(), country_iso2=country, state="").status_code == 200


@pytest.mark.parametrize(
    ("country", "state"),
    [("IN", "Mahārāshtra"), ("AE", "Ajmān"), ("US", "Virgin Islands, U.S."), ("CA", "Yukon")],
)
def test_accents_may_matter_and_another_listing_never_counts(visit: Visit, country: str, state: str) -> None:
    store = visit()
    store.steer("PATCH", "/settings", accents_matter=True)
    assert send(store, country_iso2=country, state=state).status_code == 400


REFERENCE_DATA = "BIGCOMMERCE_REFERENCE_DATA"


def test_own_list_is_as_large_as_a_real_stores() -> None:
    """Spellings may differ; but no country is missing, and the same ones demand a state."""
    folder = os.environ.get(REFERENCE_DATA)
    if not folder:
        pytest.skip(f"{REFERENCE_DATA} does not name the folder of a real store's list of countries")
    text = (Path(folder) / "bigcommerce-countries.json").read_text(encoding="utf-8")
    real = {each["code"]: each for each in json.loads(text)["data"]}
    assert real.keys() <= LISTED.keys()
    assert {code for code, each in real.items() if each["requiresState"]} == {
        code for code, each in LISTED.items() if each.requires_state
    }
    assert all(real[code]["subdivisions"] for code in STATES)
