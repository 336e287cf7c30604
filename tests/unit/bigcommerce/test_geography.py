"""Countries and states are read with at most five requests, however small the pages of the store are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from include.bigcommerce.geography import MOST_REQUESTS, Geography, GeographyReader
from include.sandbox.store.geography.countries import COUNTRIES, STATES
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox


def read(
    connect: Connect, open_sandbox: OpenSandbox, page_cap: int, *codes: str, **how: Any
) -> tuple[Geography, int]:
    """What is read of a store with pages of this size, and with how many requests."""
    sandbox = open_sandbox(scopes=["store_v2_information_read_only"])
    sandbox.settings.page_cap = page_cap
    reader = GeographyReader(connect(sandbox))
    found = reader.read(codes, **how)
    assert len(sandbox.requests) == MOST_REQUESTS - reader.left <= MOST_REQUESTS
    return found, len(sandbox.requests)


def states_by_country(found: Geography) -> dict[str, int]:
    return dict(Counter(state.country_code for state in found.states))


@pytest.mark.parametrize("page_cap", [250, 200, 150])
def test_all_countries_and_states_are_read_where_five_requests_suffice(
    page_cap: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    found, _ = read(connect, open_sandbox, page_cap, "US")
    assert found.is_complete
    assert {country.code for country in found.countries} == set(COUNTRIES)
    assert states_by_country(found) == {code: len(states) for code, states in STATES.items() if states}


@pytest.mark.parametrize(
    ("page_cap", "codes", "countries"),
    [
        (50, ["US", "CA"], ["US"]),  # page, count; country, two pages of states
        (50, ["CA", "AU", "US"], ["CA"]),  # …, country, states; the third country has no request left
        (50, ["FR", "US"], ["FR"]),  # a country without states
        (50, ["ZZ", "CA"], ["CA"]),  # a country that the store does not list
        (37, ["US"], ["US"]),  # no round number
        (20, ["US"], []),  # four pages: none of its states are kept
        (20, ["CA", "US"], ["CA"]),
    ],
)
def test_smaller_pages_are_read_country_by_country_each_with_all_its_states(
    page_cap: int, codes: list[str], countries: list[str], connect: Connect, open_sandbox: OpenSandbox
) -> None:
    found, _ = read(connect, open_sandbox, page_cap, *codes)
    assert not found.is_complete
    assert [country.code for country in found.countries] == countries
    assert states_by_country(found) == {code: len(STATES[code]) for code in countries if STATES.get(code)}


@pytest.mark.parametrize(
    ("page_cap", "codes", "requests"), [(50, ["US"], 4), (20, ["CA"], 3), (25, ["US"], 5), (250, ["US"], 3)]
)
def test_store_known_for_small_pages_is_read_by_country_at_once(
    page_cap: int, codes: list[str], requests: int, connect: Connect, open_sandbox: OpenSandbox
) -> None:
    found, sent = read(connect, open_sandbox, page_cap, *codes, by_country=True)
    assert sent == requests
    assert states_by_country(found) == {code: len(STATES[code]) for code in codes}


def state(number: int, country_id: int = 1) -> dict[str, Any]:
    return {"id": number, "state": f"State {number}", "state_abbreviation": "", "country_id": country_id}


def test_store_that_ignores_the_number_of_the_page_ends_the_reading(
    connect: Connect, dictate: Dictate
) -> None:
    same = [state(each) for each in range(1, 51)]
    store = dictate(Answer(body=same), Answer(body={"count": 100}), Answer(body=same), Answer(body=[]))
    reader = GeographyReader(connect(store))
    assert reader.read(["US"]) == Geography([], [], is_complete=False)
    assert len(store.received) == 4


def test_store_that_ignores_the_filter_names_no_wrong_country(connect: Connect, dictate: Dictate) -> None:
    others = [{"id": each, "country": f"Land {each}", "country_iso2": "DE"} for each in range(1, 51)]
    reader = GeographyReader(connect(dictate(Answer(body=others))))
    assert reader.read(["US", "CA"], by_country=True) == Geography([], [], is_complete=False)


def test_few_states_are_all_there_is_if_the_store_counts_no_more(connect: Connect, dictate: Dictate) -> None:
    store = dictate(
        Answer(body=[state(1), state(2)]),
        Answer(body={"count": 2}),
        Answer(body=[{"id": 1, "country": "United States", "country_iso2": "us"}]),
        Answer(body={"count": 1}),
    )
    found = GeographyReader(connect(store)).read()
    assert found.is_complete
    assert [(each.country_code, each.name) for each in found.states] == [("US", "State 1"), ("US", "State 2")]


def test_name_that_postgres_could_not_store_stops_no_order(connect: Connect, dictate: Dictate) -> None:
    states = [{"country_id": 1, "state": "A\0B" + "x" * 1_000, "state_abbreviation": "\0"}]
    countries = [{"id": 1, "country": "Fran\0ce", "country_iso2": "FR"}]
    count = Answer(body={"count": 1})
    found = GeographyReader(
        connect(dictate(Answer(body=states), count, Answer(body=countries), count))
    ).read()
    texts = [text for each in (*found.countries, *found.states) for text in (each.code, each.name)]
    assert len(texts) == 4
    assert not any("\0" in text or len(text) > 255 for text in texts)
