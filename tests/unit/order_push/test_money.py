"""What the translation of an order's money promises."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given

from include.crm.orders import CustomerOrder
from tests.support.crm_orders import body_of, line, order, orders_that_add_up


def amounts(body: dict[str, Any]) -> dict[str, Decimal]:
    named = ("subtotal", "shipping_cost", "total")
    both = [f"{name}_{way}" for name in named for way in ("ex_tax", "inc_tax")]
    return {field: Decimal(body[field]) for field in [*both, "discount_amount"]}


@given(orders_that_add_up())
def test_the_totals_are_the_crms_to_the_last_decimal(crm_order: CustomerOrder) -> None:
    made = amounts(body_of(crm_order))
    assert made["total_inc_tax"] == crm_order.total_amount
    assert made["total_inc_tax"] - made["total_ex_tax"] == crm_order.sales_tax
    assert made["subtotal_ex_tax"] == crm_order.price
    assert made["shipping_cost_ex_tax"] == crm_order.base_shipping
    assert made["discount_amount"] == crm_order.total_discount


@given(orders_that_add_up())
def test_bigcommerces_own_sum_makes_the_same_totals(crm_order: CustomerOrder) -> None:
    made = amounts(body_of(crm_order))
    for way in ("ex_tax", "inc_tax"):
        total = made[f"subtotal_{way}"] + made[f"shipping_cost_{way}"] - made["discount_amount"]
        assert total == made[f"total_{way}"]
    assert min(made.values()) >= 0


@given(orders_that_add_up())
def test_the_lines_carry_the_tax_as_far_as_four_decimals_go(crm_order: CustomerOrder) -> None:
    body = body_of(crm_order)
    products, made = body["products"], amounts(body)
    assert sum(each["quantity"] * each["price_ex_tax"] for each in products) == made["subtotal_ex_tax"]
    left = made["subtotal_inc_tax"] - sum(each["quantity"] * each["price_inc_tax"] for each in products)
    fewest = min((each["quantity"] for each in products if each["price_ex_tax"]), default=0)
    assert 0 <= left <= fewest * Decimal("0.0001")
    if fewest == 1:
        assert left == 0
    assert all(each["price_inc_tax"] >= each["price_ex_tax"] for each in products)
    assert all(each["price_inc_tax"] == round(each["price_inc_tax"], 4) for each in products)


def test_the_tax_goes_over_the_lines_by_their_worth() -> None:
    lines = [
        line(quantity=3, price=Decimal("10.00")),
        line(line_number=2, quantity=1, price=Decimal("70.00")),
    ]
    products = body_of(order(lines, sales_tax=Decimal("8.25")))["products"]
    assert [each["price_inc_tax"] for each in products] == [Decimal("10.8250"), Decimal("75.7750")]


def test_the_tax_of_goods_that_are_free_is_the_shippings() -> None:
    free = order([line(price=Decimal(0))], base_shipping=Decimal("5.00"), sales_tax=Decimal("0.41"))
    made = amounts(body_of(free))
    assert (made["shipping_cost_ex_tax"], made["shipping_cost_inc_tax"]) == (Decimal("5.00"), Decimal("5.41"))
    assert made["subtotal_inc_tax"] == 0


def test_a_free_order_is_legal() -> None:
    assert body_of(order([line(price=Decimal(0))]))["total_inc_tax"] == "0.0000"
