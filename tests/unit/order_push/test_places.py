"""What a store lists is never refused and never renamed: all countries and states of a real store's list."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from include.crm.geography import StoreCountry, StoreGeography, StoreState
from include.order_push.addresses import store_address
from include.order_push.places import Places
from include.order_push.translation_errors import CannotTranslate
from tests.support.crm_orders import billing

REFERENCE_DATA = "BIGCOMMERCE_REFERENCE_DATA"


@pytest.fixture(scope="module")
def countries() -> list[dict[str, Any]]:
    """Countries of one store: {code, name, hasPostalCodes, requiresState, subdivisions}."""
    folder = os.environ.get(REFERENCE_DATA)
    if not folder:
        pytest.skip(f"{REFERENCE_DATA} does not name the folder of BigCommerce's list of countries")
    found: list[dict[str, Any]] = json.loads(
        (Path(folder) / "bigcommerce-countries.json").read_text(encoding="utf-8")
    )["data"]
    return found


@pytest.fixture(scope="module")
def places(countries: list[dict[str, Any]]) -> Places:
    """The same list as the CRM keeps it."""
    return Places(
        StoreGeography(
            [StoreCountry(country["code"], country["name"]) for country in countries],
            [
                StoreState(country["code"], state["name"], state["code"] or "")
                for country in countries
                for state in country["subdivisions"]
            ],
            is_complete=True,
        )
    )


def spellings(name: str, code: str, country_code: str) -> Iterator[tuple[str, str]]:
    """How people type a state: (the kind of form, the form)."""
    yield "as listed", name
    yield "capitals", name.upper()
    yield "small letters", name.lower()
    plain = unicodedata.normalize("NFKD", name)
    yield "without accents", "".join(sign for sign in plain if not unicodedata.combining(sign))
    yield "decomposed", unicodedata.normalize("NFD", name)
    yield "without hyphens", name.replace("-", " ")
    yield "with a full stop", f"{name}."
    yield "spaces around", f"  {name} "
    if "&" in name:
        yield "with and", name.replace("&", "and")
    if code:
        yield "code", code
        yield "code in small letters", code.lower()
        yield "code with the country", f"{country_code}-{code}"


def test_every_listed_country_and_state_is_accepted_under_the_stores_own_name(
    countries: list[dict[str, Any]], places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong = []
    for country in countries:
        # a country without states, and one that requires one, each in the forms people type
        states = country["subdivisions"] or [None]
        code_names = [country["code"], country["code"].lower(), country["name"], country["name"].upper()]
        for typed in code_names:
            first = states[0]["name"] if states[0] else ""
            outcome = outcome_of(places, typed, first, country, first)
            outcomes["country", outcome] += 1
            wrong += [] if outcome == "accepted" else [(outcome, typed)]
        for state in filter(None, states):
            for kind, typed in spellings(state["name"], state["code"] or "", country["code"]):
                outcome = outcome_of(places, country["code"], typed, country, state["name"])
                outcomes[kind, outcome] += 1
                wrong += [] if outcome == "accepted" else [(outcome, country["code"], typed)]
    with capsys.disabled():
        print(f"\n{report(outcomes)}")
    assert wrong == []


def outcome_of(places: Places, typed_country: str, typed: str, country: dict[str, Any], state: str) -> str:
    """What becomes of an address, written without a postal code where the country has none."""
    postal_code = "12345" if country["hasPostalCodes"] else ""
    address = billing(country=typed_country, state=typed, postal_code=postal_code)
    try:
        sent = store_address(
            address, kind="billing", name="Jane", email="jane@example.com", phone="", places=places
        )
    except CannotTranslate:
        return "refused"
    is_right = (sent["country"], sent["country_iso2"], sent.get("state", "")) == (
        country["name"],
        country["code"],
        state,
    )
    return "accepted" if is_right else "renamed"


def report(outcomes: Counter[tuple[str, str]]) -> str:
    kinds = list(dict.fromkeys(kind for kind, _ in outcomes))
    total = Counter(dict.fromkeys(("accepted", "refused", "renamed"), 0))
    lines = []
    for kind in kinds:
        numbers = {outcome: outcomes[kind, outcome] for outcome in total}
        total.update(numbers)
        lines.append(f"  {kind}: " + ", ".join(f"{number} {outcome}" for outcome, number in numbers.items()))
    summed = ", ".join(f"{number:,} {outcome}" for outcome, number in total.items())
    return "\n".join([f"Countries and states as people type them: {summed}", *lines])


def test_iso_name_of_a_state_leads_to_the_stores_name(places: Places) -> None:
    for country, typed, name in [
        ("CA", "Yukon", "Yukon Territory"),
        ("US", "Virgin Islands, U.S.", "Virgin Islands"),
        ("AE", "Abū Z̧aby", "Abu Dhabi"),
        ("CH", "Genève", "Geneva"),
        ("CH", "Sankt Gallen", "St. Gallen"),
        ("MX", "Michoacán de Ocampo", "Michoacán"),
        ("MY", "Wilayah Persekutuan Kuala Lumpur", "Kuala Lumpur"),
        ("ES", "Bizkaia", "Vizcaya"),
    ]:
        assert places.state(country, typed) == name


# the prefectures by their ISO codes
_PREFECTURES = """
    北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県
    富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県
    鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県
    鹿児島県 沖縄県
"""


@pytest.mark.parametrize(("number", "prefecture"), list(enumerate(_PREFECTURES.split(), 1)))
def test_japanese_prefecture_is_known_as_the_japanese_write_it(
    places: Places, number: int, prefecture: str
) -> None:
    name = places.state("JP", f"{number:02}")
    assert name is not None
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if sign.isascii())
    short = prefecture if prefecture == "北海道" else prefecture[:-1]
    for typed in (prefecture, short, plain, f"{plain}-ken", f"{plain} Prefecture", f"  {prefecture} "):
        assert places.state("JP", typed) == name, typed


@pytest.mark.parametrize(
    ("country", "typed", "name"),
    [
        ("US", "AA", "Armed Forces Americas"),
        ("US", "AE", "Armed Forces Europe"),
        ("US", "US-AP", "Armed Forces Pacific"),
        ("US", "Armed Forces Middle East", "Armed Forces Europe"),
        ("US", "armed forces africa", "Armed Forces Europe"),
        ("US", "Armed Forces - Canada", "Armed Forces Europe"),
        ("US", "Puerto Rico", "Puerto Rico"),
        ("US", "PR", "Puerto Rico"),
        ("US", "Guam", "Guam"),
        ("US", "U.S. Virgin Islands", "Virgin Islands"),
        ("US", "US Virgin Islands", "Virgin Islands"),
        ("US", "Washington DC", "District of Columbia"),
        ("US", "Washington, D.C.", "District of Columbia"),
        ("US", "Washington", "Washington"),
        ("MX", "CDMX", "Ciudad de México"),
        ("MX", "Distrito Federal", "Ciudad de México"),
        ("MX", "Estado de Mexico", "México"),
        ("MX", "Mexico", "México"),
        ("IE", "Dublin", "Dublin"),
        ("AE", "Dubai", "Dubai"),
    ],
)
def test_everyday_name_of_a_state_leads_to_the_stores_name(
    places: Places, country: str, typed: str, name: str
) -> None:
    assert places.state(country, typed) == name


def test_region_of_the_forces_that_a_store_lists_is_not_renamed() -> None:
    names = ["Armed Forces Africa", "Armed Forces Canada", "Armed Forces Europe", "Armed Forces Middle East"]
    listed = [StoreState("US", name, "AE") for name in names]
    store = Places(StoreGeography([StoreCountry("US", "United States")], listed, is_complete=True))
    assert [store.state("US", name) for name in names] == names


def test_iso_code_that_means_another_state_in_the_store_is_not_mixed_up(places: Places) -> None:
    assert places.state("IE", "Connaught") is None
    assert places.state("IE", "Cork") == "Cork"


def test_without_a_list_no_state_is_refused(countries: list[dict[str, Any]]) -> None:
    nothing = Places()
    for country in countries:
        for state in country["subdivisions"]:
            typed = state["name"]
            sent = store_address(
                billing(
                    country=country["code"],
                    state=typed,
                    postal_code="" if not country["hasPostalCodes"] else "12345",
                ),
                kind="billing",
                name="Jane",
                email="jane@example.com",
                phone="",
                places=nothing,
            )
            assert sent["state"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("USA", "US"),
        ("usa", "US"),
        ("U.S.A.", "US"),
        ("U.S.", "US"),
        ("deu", "DE"),
        ("DE\u200b", "DE"),
        ("United States of America", "US"),
        ("germany", "DE"),
        ("Federal Republic of Germany", "DE"),
    ],
)
@pytest.mark.parametrize("is_listed", [True, False])
def test_country_is_known_by_its_longer_code_or_name_and_in_spite_of_dots(
    typed: str, code: str, is_listed: bool
) -> None:
    listed = [StoreCountry("US", "United States"), StoreCountry("DE", "Germany")]
    found = Places(StoreGeography(listed, [], is_complete=True) if is_listed else None).country(typed)
    assert found == (code, {"US": "United States", "DE": "Germany"}[code])


@pytest.mark.parametrize("typed", ["", "...", "\u200b", "ZZ", "ZZZ", "US of A"])
def test_what_is_no_country_is_none(typed: str) -> None:
    assert Places().country(typed) is None
