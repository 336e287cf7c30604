"""The variants of checkout links, as the CRM has them at this moment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from include.crm import checkout_variants, required_options
from tests.support.catalogues import Product, Published, Variant
from tests.support.crm_rows import Add, fetch_rows


def ids_by_sku(crm: psycopg.Connection[Any]) -> dict[str, int]:
    rows = fetch_rows(crm, "SELECT sku, variant_detail_id FROM crm.campaign_product_variant")
    return {row["sku"]: row["variant_detail_id"] for row in rows}


def test_price_and_state_of_each_variant_are_those_of_now(crm: psycopg.Connection[Any]) -> None:
    shop = Published(crm)
    tea = Product(
        1, (Variant(11, "PLAIN"), Variant(12, "CHEAP"), Variant(13, "OFF", purchasing_disabled=True))
    )
    gone = Product(2, (Variant(21, "GONE"),), name="Coffee")
    shop.sync(tea, gone)
    ids = ids_by_sku(crm)
    crm.execute(
        "UPDATE crm.campaign_product_variant SET override_price = 7.5 WHERE variant_detail_id = %s",
        [ids["CHEAP"]],
    )
    shop.sync(tea, allow_mass_removal=True)

    found = checkout_variants.read(crm, [*ids.values(), 10**12])

    assert found.keys() == set(ids.values())
    by_sku = {each.sku: each for each in found.values()}
    assert {sku: each.price for sku, each in by_sku.items()} == {
        "PLAIN": Decimal("10.00"),
        "CHEAP": Decimal("7.5"),
        "OFF": Decimal("10.00"),
        "GONE": Decimal("10.00"),
    }
    assert [sku for sku, each in by_sku.items() if each.is_removed] == ["GONE"]
    assert [sku for sku, each in by_sku.items() if each.purchasing_disabled] == ["OFF"]
    assert {(each.product_name, each.currency_code) for each in found.values()} == {
        ("Tea", "EUR"),
        ("Coffee", "EUR"),
    }


def test_a_required_option_is_named_until_it_has_a_default_value(
    crm: psycopg.Connection[Any], add: Add
) -> None:
    shop = Published(crm)
    shop.sync(Product(1, (Variant(11, "A"), Variant(12, "B"))))
    ids = ids_by_sku(crm)
    product_id = checkout_variants.read(crm, ids.values())[ids["A"]].campaign_product_id
    for number, name in [(6, "Colour"), (5, "Size")]:
        add(
            "required_option",
            campaign_product_id=product_id,
            bigcommerce_option_id=number,
            name=name,
            type="text",
        )
    required_options.set_default(crm, ids["A"], 5, "L", "Ada")
    required_options.set_default(crm, ids["A"], 6, "red", "Ada")
    required_options.set_default(crm, ids["B"], 5, "L", "Ada")

    found = checkout_variants.read(crm, ids.values())

    assert {each.sku: each.unset_option for each in found.values()} == {"A": "", "B": "Colour"}
