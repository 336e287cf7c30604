"""What the translation of an order's money promises."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.crm.orders import CustomerOrder, OrderLine
from include.order_push.translation_errors import CannotTranslate
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


@pytest.mark.parametrize(("total", "discount"), [("0", "22"), ("1.00", "21"), ("1.99", "20.01")])
def test_discount_that_takes_away_tax_as_well_leaves_what_was_paid(total: str, discount: str) -> None:
    """Of 20.00 and 2.00 tax: a coupon for the whole order, and one for a part of it."""
    body = body_of(order(total_discount=Decimal(discount), sales_tax=Decimal(2)))
    assert amounts(body) == {
        "subtotal_ex_tax": Decimal(20),
        "subtotal_inc_tax": 20 + Decimal(total),
        "discount_amount": Decimal(20),
        "shipping_cost_ex_tax": Decimal(0),
        "shipping_cost_inc_tax": Decimal(0),
        "total_ex_tax": Decimal(0),
        "total_inc_tax": Decimal(total),
    }


@given(orders_that_add_up(), st.floats(0, 1))
def test_whatever_the_discount_takes_away_the_sums_are_right(crm_order: CustomerOrder, part: float) -> None:
    paid = crm_order.total_amount + crm_order.total_discount  # without any discount
    total = round(crm_order.sales_tax * Decimal(part), 4)
    made = amounts(body_of(replace(crm_order, total_discount=paid - total, total_amount=total)))
    assert made["total_inc_tax"] == total
    for way in ("ex_tax", "inc_tax"):
        sum_of_parts = made[f"subtotal_{way}"] + made[f"shipping_cost_{way}"] - made["discount_amount"]
        assert sum_of_parts == made[f"total_{way}"]
    assert min(made.values()) >= 0


def test_a_free_order_is_legal() -> None:
    assert body_of(order([line(price=Decimal(0))]))["total_inc_tax"] == "0.0000"


CENT = Decimal("0.01")


def sums(body: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """What the lines come to, and the stated subtotal."""
    worth = sum(each["quantity"] * each["price_ex_tax"] for each in body["products"])
    return Decimal(worth), Decimal(body["subtotal_ex_tax"])


def divided(quantity: int, goods: str, unit_price: str) -> CustomerOrder:
    """So many pieces of one line for so much, with the price of one as the CRM rounds it."""
    total = Decimal(goods)
    return order([line(quantity=quantity, price=Decimal(unit_price))], price=total, total_amount=total)


@pytest.mark.parametrize(
    "unit_price", ["30.6666666667", "30.666666666666668", "30.66667", "30.6667", "30.6666", "30.67", "30.66"]
)
def test_three_pieces_for_92_are_split_into_two_prices(unit_price: str) -> None:
    body = body_of(divided(3, "92.00", unit_price))
    assert [(each["quantity"], each["price_ex_tax"]) for each in body["products"]] == [
        (2, Decimal("30.67")),
        (1, Decimal("30.66")),
    ]
    assert body["total_inc_tax"] == "92.0000"


@pytest.mark.parametrize(
    ("quantity", "goods", "unit_price"),
    [
        (7, "100.00", "14.2857142857"),
        (7, "100.00", "14.29"),
        (12, "0.05", "0.0041666667"),
        (1, "9.99", "9.989999999999998"),
        (3, "92.01", "30.67"),
        (10_000, "3333.33", "0.3333"),
        (6, "49.95", "8.325"),
        (3, "24.98", "8.325"),
        (3, "24.97", "8.325"),
        (5, "41.62", "8.325"),
        (1, "8.33", "8.325"),
        (1, "8.32", "8.325"),
        (2, "0.01", "0.0045"),
    ],
)
def test_price_that_does_not_divide_comes_to_the_orders_price(
    quantity: int, goods: str, unit_price: str
) -> None:
    body = body_of(divided(quantity, goods, unit_price))
    assert sums(body) == (Decimal(goods), Decimal(goods))
    assert sum(each["quantity"] for each in body["products"]) == quantity
    prices = {each["price_ex_tax"] for each in body["products"]}
    assert max(prices) - min(prices) <= CENT


@pytest.mark.parametrize(
    ("quantity", "goods", "unit_price"),
    [
        (10_000, "3333.33", "0.33"),
        (3, "92.03", "30.66"),
        (3, "91.96", "30.66"),
        (3, "24.99", "8.325"),
        (1, "30.67", "30.66"),
        (2, "0.01", "0"),
        (3, "0.04", "0.01"),
    ],
)
def test_difference_that_rounding_does_not_explain_is_refused_until_the_price_is_more_exact(
    quantity: int, goods: str, unit_price: str
) -> None:
    with pytest.raises(CannotTranslate, match="rounding does not explain the difference") as refused:
        body_of(divided(quantity, goods, unit_price))
    assert "give the price of a piece with more decimals" in refused.value.next_step
    more_exact = f"{Decimal(goods) / quantity:.10f}"
    assert sums(body_of(divided(quantity, goods, more_exact))) == (Decimal(goods), Decimal(goods))


@given(st.integers(1, 10**4), st.integers(1, 10**6), st.integers(1, 10**4), st.booleans())
def test_wrong_quantity_is_never_taken_for_a_rounding(
    quantity: int, price_in_cents: int, wrong_by: int, too_many: bool
) -> None:
    other = quantity + wrong_by if too_many else max(0, quantity - wrong_by)
    with pytest.raises(CannotTranslate):
        body_of(divided(quantity, str(other * price_in_cents * CENT), str(price_in_cents * CENT)))


def test_line_that_is_exact_keeps_its_price_beside_lines_that_were_rounded() -> None:
    rounded = [line(line_number=each, quantity=3, price=Decimal("8.325")) for each in (1, 3)]
    exact = line(line_number=2, quantity=1, price=Decimal("10.01"))
    made = order([rounded[0], exact, rounded[1]], price=Decimal("59.97"), total_amount=Decimal("59.97"))
    body = body_of(made)
    assert (1, Decimal("10.01")) in [(each["quantity"], each["price_ex_tax"]) for each in body["products"]]
    assert sums(body) == (Decimal("59.97"), Decimal("59.97"))


def test_pieces_of_one_line_keep_its_product_and_others_their_prices() -> None:
    plain = line(line_number=2, quantity=1, price=Decimal("8.00"), bigcommerce_variant_id=7)
    bundle = divided(3, "92.00", "30.6666666667").lines[0]
    crm_order = order([bundle, plain], price=Decimal("100.00"), total_amount=Decimal("108.25"))
    body = body_of(replace(crm_order, sales_tax=Decimal("8.25")))
    assert [(each["variant_id"], each["price_ex_tax"]) for each in body["products"]] == [
        (bundle.bigcommerce_variant_id, Decimal("30.67")),
        (bundle.bigcommerce_variant_id, Decimal("30.66")),
        (7, Decimal("8.00")),
    ]
    assert body["total_inc_tax"] == "108.2500"


@st.composite
def rounded_lines(draw: st.DrawFn, number: int) -> tuple[OrderLine, Decimal]:
    """A line and what was charged for it, after the one rounding that a CRM makes."""
    quantity = draw(st.integers(1, 500))
    if draw(st.booleans()):  # the line was rounded
        price = Decimal(draw(st.integers(1, 10**7))).scaleb(-draw(st.integers(3, 4)))
        charged = (quantity * price).quantize(CENT, draw(st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])))
        return line(line_number=number, quantity=quantity, price=price), charged
    charged = Decimal(draw(st.integers(quantity, 10**6))) * CENT
    for decimals in (draw(st.integers(2, 12)), 12):  # the price was rounded or cut
        rounding = draw(st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
        price = (charged / quantity).quantize(Decimal(1).scaleb(-decimals), rounding)
        if abs(charged - quantity * price) < price:
            break
    return line(line_number=number, quantity=quantity, price=price), charged


@st.composite
def orders_that_do_not_divide(draw: st.DrawFn) -> CustomerOrder:
    """Lines with a total of their own that quantity x price misses by a rounding."""
    lines, goods = [], Decimal(0)
    for number in range(1, draw(st.integers(1, 5)) + 1):
        made, charged = draw(rounded_lines(number))
        lines.append(made)
        goods += charged
    tax = Decimal(draw(st.integers(0, 10**4))) * CENT
    shipping = Decimal(draw(st.integers(0, 10**4))) * CENT
    discount = Decimal(draw(st.integers(0, int(goods / CENT)))) * CENT
    total = goods - discount + shipping + tax
    money = {"total_discount": discount, "base_shipping": shipping, "sales_tax": tax}
    return order(lines, price=goods, total_amount=total, **money)


@given(orders_that_do_not_divide())
def test_totals_equal_the_crms_to_the_cent_where_prices_do_not_divide(crm_order: CustomerOrder) -> None:
    body = body_of(crm_order)
    assert sums(body) == (crm_order.price, crm_order.price)
    assert Decimal(body["total_inc_tax"]) == crm_order.total_amount
    assert Decimal(body["total_ex_tax"]) == crm_order.total_amount - crm_order.sales_tax
    assert sum(each["quantity"] for each in body["products"]) == sum(
        each.quantity for each in crm_order.lines
    )
    assert all(each["price_ex_tax"] >= 0 for each in body["products"])
    assert all(each["price_ex_tax"] == round(each["price_ex_tax"], 4) for each in body["products"])


@given(orders_that_do_not_divide(), st.integers(1, 10**6))
def test_correction_that_a_refusal_asks_for_succeeds(crm_order: CustomerOrder, cents: int) -> None:
    """A price that is far off is refused; with the price that the sentence names, the order is sent."""
    pieces = sum(each.quantity for each in crm_order.lines)
    worth = sum(each.quantity * each.price for each in crm_order.lines)
    off = round(worth, 2) + (cents + pieces + 1) * CENT
    wrong = replace(crm_order, price=off)
    rest = wrong.base_shipping + wrong.sales_tax - wrong.total_discount
    with pytest.raises(CannotTranslate) as refused:
        body_of(replace(wrong, total_amount=off + rest))
    named = re.match(r"The lines come to ([\d.]+), but the order's price is", refused.value.sentence)
    assert named, refused.value.sentence
    price = Decimal(named[1])
    total = price + rest
    if total >= wrong.sales_tax:
        body = body_of(replace(wrong, price=price, total_amount=total))
        assert abs(Decimal(body["total_inc_tax"]) - total) < CENT / 2


@pytest.mark.parametrize(
    ("tax", "total"),
    [("7.590300", "99.59"), ("7.5897", "99.59"), ("7.59000000001", "99.59"), ("7.59", "99.5897")],
)
def test_tax_that_was_not_rounded_while_the_total_was_is_sent_with_the_total(tax: str, total: str) -> None:
    made = order([line(quantity=1, price=Decimal(92))], sales_tax=Decimal(tax))
    body = body_of(replace(made, total_amount=Decimal(total)))
    assert body["total_inc_tax"] == "99.5900"
    amounts_made = amounts(body)
    assert amounts_made["total_ex_tax"] == 92


def test_tax_that_misses_the_total_by_more_than_its_rounding_is_refused() -> None:
    missed = order(
        [line(quantity=1, price=Decimal(10))],
        price=Decimal(10),
        sales_tax=Decimal("0.8011"),
        total_amount=Decimal("10.81"),
    )
    with pytest.raises(CannotTranslate, match=r"come to 10\.8011, but the order's total is 10\.81"):
        body_of(missed)
