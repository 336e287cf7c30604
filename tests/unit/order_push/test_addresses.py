"""What the translation of addresses promises."""

from __future__ import annotations

from dataclasses import fields, replace

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.geography import StoreCountry, StoreGeography, StoreState
from include.crm.orders import Address
from include.order_push.addresses import LONGEST_TEXT, NO_POSTAL_CODE, store_address
from include.order_push.places import Places
from include.order_push.translation_errors import CannotTranslate
from tests.support.crm_orders import billing


def listed(states: dict[str, dict[str, str]]) -> Places:
    """The places of a store that lists these states (name by code) by country."""
    countries = {"US": "United States", "CA": "Canada", "AU": "Australia", "BR": "Brazil", "JP": "Japan"}
    return Places(
        StoreGeography(
            [StoreCountry(code, name) for code, name in countries.items()],
            [
                StoreState(country, name, code)
                for country, names in states.items()
                for code, name in names.items()
            ],
            is_complete=True,
        )
    )


LISTED = listed(
    {
        "US": {"TX": "Texas", "NY": "New York", "DC": "District of Columbia", "AE": "Armed Forces Europe"},
        "CA": {"QC": "Quebec", "NL": "Newfoundland and Labrador", "ON": "Ontario", "YT": "Yukon Territory"},
        "AU": {"NSW": "New South Wales"},
        "BR": {"SP": "São Paulo"},
        "JP": {"27": "Ōsaka", "13": "Tōkyō"},
    }
)
NO_LISTS = Places()


def translated(
    address: Address,
    *,
    kind: str = "billing",
    name: str = "Jane Doe",
    email: str = "jane@example.com",
    phone: str = "",
    places: Places = LISTED,
) -> dict[str, str]:
    return store_address(address, kind=kind, name=name, email=email, phone=phone, places=places)


def refusal(address: Address, **customer: str) -> CannotTranslate:
    with pytest.raises(CannotTranslate) as refused:
        translated(address, **customer)
    return refused.value


def test_a_whole_address_has_every_field_that_bigcommerce_asks_for() -> None:
    assert translated(billing(), phone=" +1 512 555 0100") == {
        "first_name": "Jane",
        "last_name": "Doe",
        "company": "Acme",
        "street_1": "123 Main Street",
        "street_2": "2nd floor",
        "city": "Austin",
        "state": "Texas",
        "zip": "78751",
        "country": "United States",
        "country_iso2": "US",
        "phone": "+1 512 555 0100",
        "email": "jane@example.com",
    }


def test_empty_fields_are_dropped_and_line_breaks_become_spaces() -> None:
    made = translated(billing(address1=" 1 Main St\n Rear ", address2="", company_name=" "))
    assert made["street_1"] == "1 Main St Rear"
    assert not {"street_2", "company", "phone"} & made.keys()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("us", "United States"),
        ("GB", "United Kingdom"),
        ("KR", "South Korea"),
        ("VN", "Vietnam"),
        ("TW", "Taiwan"),
        ("RU", "Russia"),
        ("TR", "Turkey"),
        ("BO", "Bolivia"),
        ("CD", "Democratic Republic of the Congo"),
    ],
)
def test_a_country_has_its_everyday_name(code: str, name: str) -> None:
    made = translated(billing(country=code, state="TX"), places=NO_LISTS)
    assert (made["country"], made["country_iso2"]) == (name, code.upper())


@pytest.mark.parametrize("country", [country.alpha_2 for country in pycountry.countries])
def test_no_country_has_a_name_in_the_wording_of_a_list(country: str) -> None:
    state = {"CA": "ON", "AU": "NSW"}.get(country, "TX")
    name = translated(billing(country=country, state=state), places=NO_LISTS)["country"]
    assert "," not in name
    assert "(" not in name or country == "CC"  # the Cocos (Keeling) Islands are called so


@pytest.mark.parametrize(
    ("country", "typed", "name"),
    [
        ("US", "TX", "Texas"),
        ("US", "US-TX", "Texas"),
        ("US", "texas", "Texas"),
        ("US", "N.Y.", "New York"),
        ("US", "DC", "District of Columbia"),
        ("US", "AE", "Armed Forces Europe"),
        ("CA", "Québec", "Quebec"),
        ("CA", "CA-NL", "Newfoundland and Labrador"),
        ("AU", "NSW", "New South Wales"),
        ("DE", "NW", "Nordrhein-Westfalen"),
        ("JP", "13", "Tōkyō"),
        ("JP", "JP-27", "Ōsaka"),
        ("JP", "osaka", "Ōsaka"),
        ("JP", "Ōsaka", "Ōsaka"),
        ("CA", "Yukon", "Yukon Territory"),
        ("CA", "yukon territory", "Yukon Territory"),
        ("BR", "Sao Paulo", "São Paulo"),
        ("GB", "WLS", "Wales"),
    ],
)
def test_a_state_goes_by_its_full_name_however_it_was_typed(country: str, typed: str, name: str) -> None:
    assert translated(billing(country=country, state=typed))["state"] == name


@pytest.mark.parametrize(("country", "typed"), [("FR", "Midi"), ("GB", "Middlesex"), ("AQ", "Ross Island")])
def test_a_state_that_we_do_not_know_is_sent_as_typed(country: str, typed: str) -> None:
    assert translated(billing(country=country, state=typed))["state"] == typed


@pytest.mark.parametrize("country", ["GB", "FR", "SG"])
def test_most_countries_need_no_state(country: str) -> None:
    assert "state" not in translated(billing(country=country, state=""))


@pytest.mark.parametrize("country", ["US", "CA", "AU"])
def test_where_a_state_has_to_be_right_none_and_a_wrong_one_are_refused(country: str) -> None:
    assert refusal(billing(country=country, state="")).sentence == "The billing address has no state."
    name = {"US": "United States", "CA": "Canada", "AU": "Australia"}[country]
    wrong = refusal(billing(country=country, state="Bavaria")).sentence
    assert wrong == f'The billing state "Bavaria" is not valid for {name}.'


@pytest.mark.parametrize(
    ("country", "typed", "sent"),
    [
        ("IN", "Maharashtra", "Maharashtra"),
        ("AE", "Ajman", "Ajman"),
        ("JP", "Ōsaka", "Ōsaka"),
        ("US", "Armed Forces Middle East", "Armed Forces Middle East"),
        ("US", "TX", "Texas"),
        ("DE", "NW", "Nordrhein-Westfalen"),
        ("GB", "WLS", "Wales"),
    ],
)
def test_where_the_store_says_nothing_a_name_is_sent_as_typed_and_a_code_by_its_name(
    country: str, typed: str, sent: str
) -> None:
    assert translated(billing(country=country, state=typed), places=NO_LISTS)["state"] == sent


# the first have no postal codes; in the others, people do without them
@pytest.mark.parametrize("country", ["HK", "AE", "QA", "BS", "AO", "IE", "CL", "VN", "EG"])
@pytest.mark.parametrize("typed", ["", " ", "-", "\u200b"])
def test_missing_postal_code_gets_a_placeholder_where_mail_arrives_without(country: str, typed: str) -> None:
    assert translated(billing(country=country, postal_code=typed, state=""))["zip"] == NO_POSTAL_CODE
    assert translated(billing(country=country, postal_code="999077", state=""))["zip"] == "999077"


@pytest.mark.parametrize("country", ["US", "CA", "AU", "GB", "DE", "JP", "SG", "PR"])
def test_missing_postal_code_is_refused_where_nothing_is_delivered_without_one(country: str) -> None:
    state = {"US": "Texas", "CA": "Ontario", "AU": "New South Wales"}.get(country, "")
    refused = refusal(billing(country=country, state=state, postal_code=""))
    assert refused.sentence == "The billing address has no postal code."


def test_kosovo_is_a_country_even_where_the_store_says_nothing() -> None:
    made = translated(billing(country="XK", state="", postal_code="10000"), places=NO_LISTS)
    assert (made["country"], made["country_iso2"]) == ("Kosovo", "XK")


@pytest.mark.parametrize("country", ["HK", "SG", "MC"])
def test_city_of_a_city_state_is_the_country(country: str) -> None:
    made = translated(billing(country=country, city="", state="", postal_code="1234"))
    assert made["city"] == made["country"]


@pytest.mark.parametrize(
    ("country", "typed", "city"),
    [
        ("AE", "Dubai", "Dubai"),
        ("JP", "Osaka", "Ōsaka"),
        ("KY", "", "Cayman Islands"),
        ("NR", "Yaren", "Yaren"),
    ],
)
def test_city_of_an_address_in_a_country_that_writes_none_is_its_state(
    country: str, typed: str, city: str
) -> None:
    made = translated(billing(country=country, city=" ", state=typed, postal_code="100-0001"))
    assert made["city"] == city
    assert translated(billing(country=country, city="Minato", state=typed))["city"] == "Minato"


@pytest.mark.parametrize(
    "blank",
    [
        "",
        " ",
        "\t",
        "\u00a0",
        "\u200b",
        "\ufeff ",
        "\u2060",
        "\x01",
        "\u3164",
        "\u2800 \u2800",
        "\u034f",
        "\u200d",
    ],
)
def test_invisible_text_is_empty(blank: str) -> None:
    made = translated(billing(address2=blank, company_name=blank), phone=blank)
    assert not {"street_2", "company", "phone"} & made.keys()
    assert refusal(billing(city=blank)).sentence == "The billing address has no city."


@pytest.mark.parametrize(
    ("first", "last", "name", "made"),
    [
        ("Jane", "Doe", "Somebody Else", ("Jane", "Doe")),
        ("", "", "Mary Ann O'Brien", ("Mary Ann", "O'Brien")),
        ("Mary Ann", "", "Mary Ann O'Brien", ("Mary Ann", "O'Brien")),
        ("", "O'Brien", "Mary Ann O'Brien", ("Mary Ann", "O'Brien")),
        ("Cher", "", "Cher", ("Cher", "-")),
        ("", "", "Cher", ("Cher", "-")),
        ("", "Cher", "Cher", ("-", "Cher")),
        ("", "Doe", "", ("-", "Doe")),
    ],
)
def test_a_missing_name_is_taken_from_the_full_name(
    first: str, last: str, name: str, made: tuple[str, str]
) -> None:
    fields = translated(billing(first_name=first, last_name=last), name=name)
    assert (fields["first_name"], fields["last_name"]) == made


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"address1": " ", "address2": ""}, "The shipping address has no first line."),
        ({"city": ""}, "The shipping address has no city."),
        ({"postal_code": ""}, "The shipping address has no postal code."),
        ({"postal_code": "1"}, "The shipping address has a postal code of less than 2 characters."),
        ({"country": ""}, "The shipping address has no country."),
        ({"country": "ZZ"}, "The shipping address has a country that does not exist."),
        ({"country": "Utopia"}, "The shipping address has a country that does not exist."),
        ({"first_name": "Æ" * 300}, "The shipping address has more than 255 characters in its first name."),
        ({"address2": "x" * 256}, "The shipping address has more than 255 characters in its second line."),
    ],
)
def test_missing_part_of_an_address_is_named_in_one_sentence(changes: dict[str, str], reason: str) -> None:
    refused = refusal(billing(**changes), kind="shipping")
    assert refused.sentence == reason
    assert "in the CRM, then retry the order." in refused.next_step


def test_an_address_without_any_name_is_refused() -> None:
    assert (
        refusal(billing(first_name="", last_name=""), name=" ").sentence == "The billing address has no name."
    )


@pytest.mark.parametrize(
    "email", ["jane.doe at example.com", "jane@", "@example.com", "jane@example", "a b@c.de"]
)
def test_an_email_address_that_cannot_be_one_is_refused(email: str) -> None:
    assert (
        refusal(billing(), email=email).sentence
        == "The billing address has an e-mail address that is not valid."
    )


@pytest.mark.parametrize("invisible", ["\u200b", "\u2060", "\u202a", "\ufeff", "\u00ad"])
def test_invisible_signs_of_a_copied_text_are_not_sent(invisible: str) -> None:
    address = translated(
        billing(postal_code=f"{invisible}787{invisible}51"),
        email=f"jane{invisible}@example.com",
        phone=f"{invisible}+1 512",
    )
    assert (address["zip"], address["email"], address["phone"]) == ("78751", "jane@example.com", "+1 512")


@pytest.mark.parametrize("invisible", ["\u200b", "\u200e", "\u200f", "\u202e", "\u2066", "\ufeff", "\u00ad"])
def test_invisible_signs_and_marks_of_direction_are_in_no_field(invisible: str) -> None:
    names = [field.name for field in fields(Address)]
    marked = {name: f"{invisible}{getattr(billing(), name)}{invisible}" for name in names}
    made = translated(Address(**marked), name=f"Jane{invisible} Doe")
    assert made == translated(billing())


@pytest.mark.parametrize("name", ["👩‍🚀", "علی‌رضا", "Nguyễn", "王", "O'Brien-Smith", "J." * 100])
def test_names_of_people_are_sent_as_they_are(name: str) -> None:
    made = translated(billing(first_name=name, last_name=name))
    assert (made["first_name"], made["last_name"]) == (name, name)


@pytest.mark.parametrize(
    "email", ["o'brien+tea@example.com", '"jane"@example.com', "müller@exämple.de", "J.D_1%x@a-b.co.uk"]
)
def test_unusual_email_address_is_sent_as_it_is(email: str) -> None:
    assert translated(billing(), email=email)["email"] == email


def test_extension_of_a_telephone_number_is_kept() -> None:
    assert translated(billing(), phone="(512) 555-0100 ext. 12 #3")["phone"] == "(512) 555-0100 ext. 12 #3"


def test_email_address_and_telephone_number_are_not_needed() -> None:
    assert not {"email", "phone"} & translated(billing(), email=" ", phone="").keys()


def test_the_longest_text_still_goes() -> None:
    assert translated(billing(city="x" * LONGEST_TEXT))["city"] == "x" * LONGEST_TEXT


@given(
    st.sampled_from([field.name for field in fields(Address)]),
    st.text() | st.sampled_from(["US", "CA", "AU", "BR", "JP"]),
    st.text(),
    st.text(),
)
def test_any_text_in_any_field_makes_an_address_or_a_sentence(
    field: str, text: str, name: str, email: str
) -> None:
    try:
        made = translated(replace(billing(), **{field: text}), name=name, email=email)
    except CannotTranslate as refused:
        assert refused.sentence.startswith("The billing ")  # noqa: PT017
    else:
        assert all(made.values())
        assert {"first_name", "last_name", "street_1", "city", "zip", "country"} <= made.keys()


@pytest.mark.parametrize("field", ["address1", "city", "state", "postal_code"])
def test_refusal_never_quotes_an_address(field: str) -> None:
    refused = refusal(billing(**{field: "Secret Road " * 30}), email="secret@example.com", phone="Secret")
    assert "secret" not in str(refused).lower()
