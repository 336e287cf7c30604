"""V2 countries and states (geography.v2.yml): bare arrays, and 204 where nothing is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from include.sandbox.encoding import to_json
from include.sandbox.http.responses import json_response, sandbox_of
from include.sandbox.refusals import not_found
from include.sandbox.store.geography.countries import COUNTRIES, STATES, Country, State
from include.sandbox.v2_parameters import read_page, refuse_unknown_v2

PAGING = {"page", "limit"}
COUNTRY_FILTERS = {"country", "country_iso2", "country_iso3"}
STATE_FILTERS = {"state", "state_abbreviation"}

router = APIRouter(prefix="/stores/{store_hash}/v2/countries")


@router.get("")
async def get_countries(request: Request) -> Response:
    """All countries, or those of a name or code, page by page."""
    countries = [_country(each, request) for each in sorted(COUNTRIES.values(), key=lambda each: each.id)]
    return _list(request, countries, COUNTRY_FILTERS)


@router.get("/count")
async def count_countries() -> Response:
    """How many countries there are."""
    return json_response(to_json({"count": len(COUNTRIES)}))


@router.get("/states")
async def get_all_states(request: Request) -> Response:
    """The states of all countries, page by page."""
    return _list(request, [_state(each) for states in STATES.values() for each in states], set())


@router.get("/states/count")
async def count_all_states() -> Response:
    """How many states there are."""
    return json_response(to_json({"count": sum(map(len, STATES.values()))}))


@router.get("/{country_id:int}")
async def get_country(request: Request, country_id: int) -> Response:
    """One country, 404 where there is none."""
    return json_response(to_json(_country(find(country_id), request)))


@router.get("/{country_id:int}/states")
async def get_states(request: Request, country_id: int) -> Response:
    """One country's states, page by page."""
    states = [_state(each) for each in STATES.get(find(country_id).iso2, [])]
    return _list(request, states, STATE_FILTERS)


@router.get("/{country_id:int}/states/count")
async def count_states(country_id: int) -> Response:
    """How many states the country has."""
    return json_response(to_json({"count": len(STATES.get(find(country_id).iso2, []))}))


@router.get("/{country_id:int}/states/{state_id:int}")
async def get_state(country_id: int, state_id: int) -> Response:
    """One state of the country, 404 where it has none such."""
    for state in STATES.get(find(country_id).iso2, []):
        if state.id == state_id:
            return json_response(to_json(_state(state)))
    raise not_found("state")


def find(country_id: int) -> Country:
    """Raises Refusal 404."""
    for country in COUNTRIES.values():
        if country.id == country_id:
            return country
    raise not_found("country")


def _list(request: Request, items: Sequence[Mapping[str, Any]], filters: set[str]) -> Response:
    sandbox, query = sandbox_of(request), request.query_params
    refuse_unknown_v2(query, PAGING | filters)
    found = [each for each in items if all(each[name] == query[name] for name in filters & query.keys())]
    shown = read_page(query, sandbox.settings.page_cap).cut(found)
    if not shown and sandbox.settings.nothing_found_status == 204:
        return Response(status_code=204)
    return json_response(to_json(shown))


def _country(country: Country, request: Request) -> dict[str, Any]:
    path = f"/countries/{country.id}/states"
    url = f"https://api.bigcommerce.com/stores/{sandbox_of(request).store_hash}/v2{path}"
    return {
        "id": country.id,
        "country": country.name,
        "country_iso2": country.iso2,
        "country_iso3": country.iso3,
        "states": {"url": url, "resource": path},
    }


def _state(state: State) -> dict[str, Any]:
    return {
        "id": state.id,
        "state": state.name,
        "state_abbreviation": state.abbreviation,
        "country_id": COUNTRIES[state.country].id,
    }
