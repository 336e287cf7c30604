"""What the translation of a CRM order into BigCommerce's terms promises; of its money: test_money.py."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.orders import Address, CustomerOrder
from include.crm.required_options import ProductOption
from include.order_push.translate import CannotTranslate, external_order_id, order_id_of
from tests.support.crm_orders import billing, body_of, gone_line, line, order


def refusal(crm_order: CustomerOrder) -> CannotTranslate:
    with pytest.raises(CannotTranslate) as refused:
        body_of(crm_order)
    assert refused.value.next_step
    return refused.value


def test_an_order_says_where_it_comes_from_and_is_a_guests() -> None:
    body = body_of(order())
    assert (body["external_source"], body["external_order_id"]) == ("CRM", "crm-1234")
    assert (body["status_id"], body["customer_id"]) == (11, 0)
    assert "external_id" not in body


@given(st.integers(1, 2**63 - 1))
def test_the_name_of_an_order_leads_back_to_it(order_id: int) -> None:
    assert order_id_of(external_order_id(order_id)) == order_id


@pytest.mark.parametrize(
    "name",
    ["", "crm-", "crm-0", "crm-01", "CRM-1", "crm-1 ", "1", "crm-" + "9" * 20, f"crm-{2**63}", "crm-x"],
)
def test_a_name_that_is_not_ours_leads_to_no_order(name: str) -> None:
    assert order_id_of(name) is None


def test_a_line_names_product_and_variant_with_both_prices() -> None:
    assert body_of(order([line(quantity=3)]))["products"] == [
        {
            "product_id": 101,
            "variant_id": 1001,
            "quantity": 3,
            "price_ex_tax": Decimal("10.00"),
            "price_inc_tax": Decimal("10.00"),
        }
    ]


def test_line_carries_the_values_of_the_options_that_its_product_requires() -> None:
    engraved = line(options=(ProductOption(24, "Ada"),))
    (product,) = body_of(order([engraved]))["products"]
    assert product["product_options"] == [{"id": 24, "value": "Ada"}]
    (gone,) = body_of(order([gone_line(options=(ProductOption(24, "Ada"),))]))["products"]
    assert "product_options" not in gone


@pytest.mark.parametrize("missing", ["bigcommerce_product_id", "bigcommerce_variant_id"])
def test_missing_variant_is_sent_by_name_and_sku_with_a_staff_note(missing: str) -> None:
    body = body_of(order([line(), line(line_number=2, **{missing: None})]))
    (_, custom) = body["products"]
    assert (custom["name"], custom["sku"]) == ("Tea - small", "TEA-S")
    assert not {"product_id", "variant_id"} & custom.keys()
    assert "no stock was moved: line 2." in body["staff_notes"]


@pytest.mark.parametrize(
    ("name", "sku", "sent"),
    [("ß" * 250, "A", "ß" * 250), ("ß" * 300, "A", "ß" * 249 + "…"), ("", "TEA-S", "TEA-S")],
)
def test_the_name_of_a_line_is_cut_to_what_bigcommerce_takes(name: str, sku: str, sent: str) -> None:
    assert body_of(order([gone_line(name=name, sku=sku)]))["products"][0]["name"] == sent


def test_500_lines_are_sent_in_their_order() -> None:
    lines = [line(line_number=number, quantity=number) for number in range(1, 501)]
    products = body_of(order(lines))["products"]
    assert [each["quantity"] for each in products] == list(range(1, 501))


def test_order_without_a_shipping_address_ships_to_the_billing_address() -> None:
    body = body_of(order())
    assert body["shipping_addresses"] == [body["billing_address"]]


def test_a_shipping_address_of_its_own_is_used() -> None:
    body = body_of(order(shipping=billing(first_name="", last_name="", city="Houston")))
    (shipping,) = body["shipping_addresses"]
    assert (shipping["city"], shipping["first_name"]) == ("Houston", "Jane")
    assert body["billing_address"]["city"] == "Austin"


@pytest.mark.parametrize(
    "blank",
    [
        {"country": "US"},
        {"first_name": "Ada", "last_name": "Lovelace", "country": "GB"},
        {"address1": " "},
        {"city": "\u200b", "postal_code": "\t"},
        {"state": "TX", "company_name": "Acme"},
    ],
)
def test_shipping_address_without_street_city_and_postal_code_is_the_billing_address(
    blank: dict[str, str],
) -> None:
    nothing = dict.fromkeys((field.name for field in fields(Address)), "")
    body = body_of(order(shipping=Address(**{**nothing, **blank})))
    assert body["shipping_addresses"] == [body["billing_address"]]


@pytest.mark.parametrize("country", ["", "US"], ids=["nothing", "a country alone"])
@pytest.mark.parametrize(("buyer", "first_name"), [("Paula", "Paula"), ("", "Jane")])
def test_billing_address_without_street_city_and_postal_code_is_the_shipping_address(
    country: str, buyer: str, first_name: str
) -> None:
    """PayPal tells the buyer's name, and nothing else of a billing address."""
    unknown = Address(buyer, buyer and "Pal", *[""] * 6, country)
    sent = body_of(order(billing=unknown, shipping=billing()))
    assert sent["billing_address"] == sent["shipping_addresses"][0] | {
        "first_name": first_name,
        "last_name": "Pal" if buyer else "Doe",
    }
    assert sent["shipping_addresses"][0]["first_name"] == "Jane"


def test_wrong_address_is_named_as_shipping_or_billing() -> None:
    assert refusal(order(shipping=billing(city=""))).sentence == "The shipping address has no city."
    assert refusal(order(billing=billing(city=""))).sentence == "The billing address has no city."


def test_the_staff_note_names_order_cycle_original_and_coupon() -> None:
    rebill = order(
        order_type="RECURRING",
        billing_cycle_number=3,
        original_order_id=1200,
        client_order_id="A-77",
        coupon_code="SUMMER15",
    )
    assert body_of(rebill)["staff_notes"] == (
        "CRM order 1234, billing cycle 3. Rebill of CRM order 1200. Client order id A-77. Coupon SUMMER15."
    )


@pytest.mark.parametrize(
    ("pay_source", "words"),
    [
        ("CREDITCARD", "Credit Card"),
        ("credit_card", "Credit Card"),
        ("PAYPAL", "PayPal"),
        ("DIRECT_DEBIT", "Direct Debit"),
        ("SOME_WALLET", "Some Wallet"),
        ("", "Manual"),
    ],
)
def test_payment_method_is_put_into_words(pay_source: str, words: str) -> None:
    assert body_of(order(pay_source=pay_source))["payment_method"] == words


def test_the_date_is_when_the_order_was_completed() -> None:
    completed_at = datetime(2026, 11, 20, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert body_of(order(completed_at=completed_at))["date_created"] == "Thu, 19 Nov 2026 23:00:00 +0000"


def test_clock_of_the_crm_may_be_ahead_by_a_day_but_not_by_a_year() -> None:
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    assert body_of(order(completed_at=tomorrow))["date_created"] == format_datetime(tomorrow)
    refused = refusal(order(completed_at=tomorrow + timedelta(days=365)))
    assert "has a time of completion in the future, 20" in refused.sentence


@pytest.mark.parametrize("hour", [0, 1, 2, 3])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
@pytest.mark.parametrize("fold", [0, 1])
def test_date_is_the_same_moment_on_days_when_clocks_change(
    day: date, zone: str, hour: int, fold: int
) -> None:
    completed_at = datetime.combine(day, time(hour, 30, fold=fold), ZoneInfo(zone))
    sent = parsedate_to_datetime(body_of(order(completed_at=completed_at))["date_created"])
    assert sent.timestamp() == completed_at.timestamp()


def test_a_currency_is_named_only_where_it_is_not_the_stores() -> None:
    assert "default_currency_code" not in body_of(order(currency_code="USD"))
    assert body_of(order(currency_code="EUR"))["default_currency_code"] == "EUR"


# ---- what cannot be sent


def test_order_that_is_not_complete_asks_nobody_to_do_anything() -> None:
    refused = refusal(order(order_status="PENDING"))
    assert refused.sentence == "The order is not complete."
    assert refused.next_step == "Nothing to do. If it completes after all, the next push sends it."


@pytest.mark.parametrize(
    ("crm_order", "reason"),
    [
        (order([]), "The order has no lines, so it names nothing that was sold."),
        (order([line(quantity=0)]), "Line 1 has the quantity 0."),
        (order([line(quantity=-2)]), "Line 1 has the quantity -2."),
        (order([line(price=Decimal("-1"))]), "The price of line 1 is negative."),
        (order(total_discount=Decimal(50)), "The total is negative."),
        (order(total_discount=Decimal(-1)), "The discount is negative."),
        (order(base_shipping=Decimal(-1)), "The shipping is negative."),
        (order(sales_tax=Decimal(-1)), "The tax is negative."),
        (order(sales_tax=Decimal("NaN")), "The tax is not an amount that a shop could charge."),
        (order(sales_tax=Decimal("Infinity")), "The tax is not an amount that a shop could charge."),
        (
            order([line(price=Decimal("1e12"))]),
            "The price of line 1 is not an amount that a shop could charge.",
        ),
        (
            order(price=Decimal("21.00")),
            "The lines come to 20.00, but the order's price is 21.00; rounding does not explain the "
            "difference.",
        ),
        (
            order(total_amount=Decimal("20.01")),
            "Price, discount, shipping and tax come to 20.00, but the order's total is 20.01.",
        ),
        (
            order([gone_line(name=" ", sku="")]),
            "Line 1 has no variant in BigCommerce, and no name or SKU to send instead.",
        ),
        (
            order(completed_at=datetime(9998, 12, 31, tzinfo=timezone.utc)),
            "The order was completed in the year 9998, which is impossible.",
        ),
        (
            order(completed_at=datetime(1970, 1, 1, tzinfo=timezone.utc)),
            "The order was completed in the year 1970, which is impossible.",
        ),
        (order(currency_code="???"), 'The order\'s currency, "???", is not a currency code such as USD.'),
        (order(email_address="jane.doe"), "The billing address has an e-mail address that is not valid."),
    ],
)
def test_what_cannot_be_sent_is_refused_with_one_sentence_and_a_next_step(
    crm_order: CustomerOrder, reason: str
) -> None:
    refused = refusal(crm_order)
    assert refused.sentence == reason
    assert "then retry the order." in refused.next_step
    assert not refused.next_step.startswith("Correct the order"), "it says what of the order"


TEXTS = [field.name for field in fields(CustomerOrder) if field.type == "str"]


@given(st.dictionaries(st.sampled_from(TEXTS), st.text()), st.text(), st.text())
def test_any_text_in_any_field_gives_a_body_or_a_refusal(texts: dict[str, str], name: str, sku: str) -> None:
    made = replace(order([gone_line(name=name, sku=sku)]), **{"order_status": "COMPLETE", **texts})
    try:
        body = body_of(made)
    except CannotTranslate as refused:
        assert refused.sentence.endswith(".")  # noqa: PT017
    else:
        assert msgspec.json.encode(body)


@given(st.lists(st.decimals() | st.integers().map(Decimal), min_size=6, max_size=6), st.integers(-3, 10**9))
def test_any_number_in_any_amount_gives_a_body_or_a_refusal(numbers: list[Decimal], quantity: int) -> None:
    price, *rest = numbers
    names = ("price", "total_discount", "base_shipping", "sales_tax", "total_amount")
    made = replace(
        order(), lines=(line(price=price, quantity=quantity),), **dict(zip(names, rest, strict=True))
    )
    try:
        body = body_of(made)
    except CannotTranslate as refused:
        assert refused.sentence.endswith(".")  # noqa: PT017
    else:
        assert abs(Decimal(body["total_inc_tax"]) - made.total_amount) < Decimal("0.005")
        lines = sum(each["quantity"] * each["price_ex_tax"] for each in body["products"])
        assert lines == Decimal(body["subtotal_ex_tax"])
