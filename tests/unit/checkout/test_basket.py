"""What a shopper is charged, or why not: every item of a link is in the basket, or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from include.checkout.basket import fill_basket
from include.checkout.errors import ItemsNotSold
from include.checkout.links import Item
from include.crm.checkout_variants import CheckoutVariant


def variant(variant_detail_id: int, **changes: Any) -> CheckoutVariant:
    usual: dict[str, Any] = {
        "campaign_id": 7,
        "currency_code": "USD",
        "campaign_product_id": 228,
        "variant_detail_id": variant_detail_id,
        "product_name": "Tea",
        "sku": f"TEA-{variant_detail_id}",
        "name": f"Tea - No. {variant_detail_id}",
        "options": [],
        "price": Decimal("0.10"),
        "is_removed": False,
        "purchasing_disabled": False,
        "unset_option": "",
    }
    return CheckoutVariant(**{**usual, **changes})


def known(*variants: CheckoutVariant) -> dict[int, CheckoutVariant]:
    return {each.variant_detail_id: each for each in variants}


def test_lines_keep_the_order_of_the_link_and_add_up_to_the_cent() -> None:
    basket = fill_basket(
        [Item(229, 125, 1), Item(228, 123, 3)],
        known(variant(123), variant(125, campaign_product_id=229, price=Decimal("19.99"))),
    )

    assert [(line.variant.variant_detail_id, line.quantity, line.amount) for line in basket.lines] == [
        (125, 1, Decimal("19.99")),
        (123, 3, Decimal("0.30")),
    ]
    assert (basket.campaign_id, basket.currency_code, basket.total) == (7, "USD", Decimal("20.29"))


@pytest.mark.parametrize(
    ("price", "currency", "quantity", "amount"),
    [
        ("8.325", "EUR", 3, "24.98"),
        ("8.325", "EUR", 1, "8.33"),
        ("0.5", "JPY", 3, "2"),
        ("1.0005", "KWD", 1, "1.001"),
    ],
)
def test_a_line_is_rounded_once_to_the_currencys_smallest_unit(
    price: str, currency: str, quantity: int, amount: str
) -> None:
    priced = variant(123, price=Decimal(price), currency_code=currency)

    (line,) = fill_basket([Item(228, 123, quantity)], known(priced)).lines

    assert line.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"campaign_product_id": 229}, "The CRM has no product 228.124."),
        ({"is_removed": True}, "Tea - No. 124 is no longer in the shop."),
        ({"purchasing_disabled": True}, "Tea - No. 124 cannot be bought at the moment."),
        ({"unset_option": "Size"}, "Tea - No. 124 needs a choice of “Size”, which no link can carry."),
        (
            {"campaign_id": 8},
            "Tea - No. 124 is from another shop than the items before it, and an order belongs to one shop.",
        ),
    ],
)
def test_one_item_that_cannot_be_sold_is_named_and_nothing_is_sold(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ItemsNotSold) as refused:
        fill_basket([Item(228, 123, 1), Item(228, 124, 1)], known(variant(123), variant(124, **changed)))

    assert dict(refused.value.reasons) == {"228.124": reason}


def test_every_item_that_cannot_be_sold_is_named() -> None:
    with pytest.raises(ItemsNotSold, match=r"^2 items of this checkout link cannot be sold") as refused:
        fill_basket(
            [Item(228, 999, 1), Item(228, 123, 1), Item(228, 124, 1)],
            known(variant(123), variant(124, is_removed=True)),
        )

    assert list(refused.value.reasons) == ["228.999", "228.124"]
