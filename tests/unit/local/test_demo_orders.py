"""Generated orders of the CRM: repeatable, varied, and adding up to the cent."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from include.crm.demo_orders import SellableVariant
from include.local.demo_orders.awkward import AWKWARD_CASES
from include.local.demo_orders.generator import KINDS, generate_orders
from include.local.demo_orders.order import CrmOrder
from include.sandbox.store.geography.countries import COUNTRIES, STATES
from tests.support.project import PROJECT

SCHEMA = PROJECT / "sql" / "migrations" / "20261123000002_orders.sql"
BEGAN_AT = datetime(2026, 11, 1, tzinfo=timezone.utc)
ENDED_AT = datetime(2026, 11, 21, tzinfo=timezone.utc)
VARIANTS = [
    SellableVariant(
        number // 3, number, f"SKU-{number}", f"Tea nº {number}", Decimal(number * 333).scaleb(-2)
    )
    for number in range(1, 30)
]


def orders(count: int = 400, seed: int = 1, **changes: Any) -> list[CrmOrder]:
    return list(generate_orders(seed, count, VARIANTS, 7, began_at=BEGAN_AT, ended_at=ENDED_AT, **changes))


def columns(table: str) -> set[str]:
    """Of a table, as the migration makes it."""
    found = re.search(
        rf"CREATE TABLE crm\.{table} \((.*?)\n\);", SCHEMA.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found
    return set(re.findall(r"^    ([a-z_0-9]+) [a-z]", found[1], re.MULTILINE))


def test_the_same_seed_gives_the_same_orders() -> None:
    assert orders(50) == orders(50) != orders(50, seed=2)


def test_rows_have_exactly_the_columns_of_the_tables() -> None:
    for made in orders(60, awkward=True):
        assert made.order.keys() == columns("customer_order")
        assert all(line.keys() == columns("customer_order_line") for line in made.lines)


def test_every_kind_of_order_is_there() -> None:
    assert Counter(made.kind for made in orders()).keys() == KINDS.keys()
    assert {made.order["order_status"] for made in orders()} == {
        "COMPLETE",
        "PENDING",
        "DECLINED",
        "REFUNDED",
        "CANCELLED",
        "PARTIAL",
    }
    assert {made.order["is_test"] for made in orders()} == {True, False}


def test_amounts_are_decimals_that_add_up_to_the_cent() -> None:
    for made in orders():
        order = made.order
        assert order["price"] == sum(line["quantity"] * line["price"] for line in made.lines)
        assert order["total_amount"] == (
            order["price"] - order["total_discount"] + order["base_shipping"] + order["sales_tax"]
        )
        amounts = [
            order[name] for name in ("price", "total_discount", "base_shipping", "sales_tax", "total_amount")
        ]
        assert all(isinstance(amount, Decimal) for amount in amounts)
        assert all(amount >= 0 and amount == round(amount, 2) for amount in amounts)


def test_there_are_discounts_tax_shipping_and_several_lines() -> None:
    made = orders()
    for name in ("total_discount", "sales_tax", "base_shipping"):
        assert {bool(each.order[name]) for each in made} == {True, False}
    assert {bool(each.order["total_discount"]) == bool(each.order["coupon_code"]) for each in made} == {True}
    assert {len(each.lines) for each in made} >= {1, 2, 3, 8}
    assert [line["line_number"] for line in made[0].lines] == list(range(1, len(made[0].lines) + 1))


def test_a_rebill_continues_an_earlier_completed_order() -> None:
    seen: dict[int, dict[str, Any]] = {}
    cycles: Counter[int] = Counter()
    for made in orders():
        order = made.order
        if made.kind == "rebill":
            original = seen[order["original_order_id"]]
            cycles[original["order_id"]] += 1
            assert order["order_type"] == "RECURRING"
            assert order["billing_cycle_number"] == cycles[original["order_id"]] + 1
            assert (original["order_type"], original["order_status"]) == ("NEW_SALE", "COMPLETE")
            assert order["customer_id"] == original["customer_id"]
            assert order["address1"] == original["address1"]
        else:
            assert (order["order_type"], order["billing_cycle_number"], order["original_order_id"]) == (
                "NEW_SALE",
                1,
                None,
            )
        seen[order["order_id"]] = order
    assert max(cycles.values()) > 1


def test_addresses_are_of_many_countries_and_their_states_exist() -> None:
    made = orders(800)
    assert {each.order["country"] for each in made} >= {"US", "CA", "GB", "DE", "FR", "AU", "JP", "BR"}
    for each in made:
        for prefix in ("", "ship_"):
            country, state = each.order[f"{prefix}country"], each.order[f"{prefix}state"]
            assert country in COUNTRIES or (prefix and not country)
            if country in STATES and (state or COUNTRIES[country].requires_state):
                known = {name for each in STATES[country] for name in (each.name, each.abbreviation)}
                assert state.removeprefix(f"{country}-") in known
    assert {bool(each.order["ship_address1"]) for each in made} == {True, False}
    assert {len(each.order["state"]) for each in made if each.order["country"] == "US"} >= {2, 5}
    assert any(not each.order["city"].isascii() for each in made)


def test_dates_lie_between_the_two_moments_and_ascend() -> None:
    made = orders()
    dates = [each.order["date_created"] for each in made]
    assert dates == sorted(dates)
    assert dates[0] == BEGAN_AT
    assert dates[-1] < ENDED_AT
    for each in made:
        completed = each.order["completed_at"]
        assert (completed is not None) == (each.order["order_status"] in ("COMPLETE", "REFUNDED"))
        assert completed is None or each.order["date_created"] <= completed <= ENDED_AT


def test_ids_campaign_and_currency_are_the_callers() -> None:
    made = orders(5, first_order_id=501, currency="EUR")
    assert [each.order["order_id"] for each in made] == [501, 502, 503, 504, 505]
    assert {line["order_id"] for line in made[4].lines} == {505}
    assert {(each.order["campaign_id"], each.order["currency_code"]) for each in made} == {(7, "EUR")}


def test_awkward_orders_come_first_and_are_otherwise_ready_to_be_sent() -> None:
    made = orders(len(AWKWARD_CASES) + 20, awkward=True)
    names = [case.__name__ for case in AWKWARD_CASES]
    assert [each.kind for each in made[: len(names)]] == names
    for each in made[: len(names)]:
        assert (each.order["order_status"], each.order["order_type"], each.order["is_test"]) == (
            "COMPLETE",
            "NEW_SALE",
            False,
        )
    assert not {each.kind for each in made[len(names) :]} & set(names)


def test_each_awkward_order_is_as_its_name_says() -> None:
    made = {each.kind: each for each in orders(len(AWKWARD_CASES), awkward=True)}
    broken = {
        kind
        for kind, each in made.items()
        if each.order["price"] != sum(line["quantity"] * line["price"] for line in each.lines)
        or each.order["total_amount"]
        != each.order["price"]
        - each.order["total_discount"]
        + each.order["base_shipping"]
        + each.order["sales_tax"]
    }
    assert broken == {"lines_do_not_add_up", "total_does_not_add_up"}
    assert len(made["many_lines"].lines) == 500
    assert made["zero_amount"].order["total_amount"] == 0
    assert made["negative_amount"].order["total_amount"] < 0
    assert made["missing_address_line"].order["address1"] == ""
    assert made["unknown_country"].order["country"] not in COUNTRIES
    assert made["unknown_shipping_country"].order["ship_country"] not in COUNTRIES
    assert made["unknown_state"].order["state"] not in {state.name for state in STATES["US"]}
    assert made["unknown_variant"].lines[0]["variant_detail_id"] not in {
        each.variant_detail_id for each in VARIANTS
    }
    assert "@" not in made["wrong_email"].order["email_address"]
    assert (
        len(made["long_customer_name"].order["first_name"])
        == len(made["long_product_name"].lines[0]["name"])
        == 300
    )
