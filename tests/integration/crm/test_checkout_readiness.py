"""Which variants the checkout redirect cannot carry: every reason alone, several at once, and none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import psycopg
import pytest

from include.crm import checkout_readiness, custom_fields, data_sources
from include.crm.checkout_readiness import Reason, UnreadyVariant, WantedVariants
from tests.support.catalogues import Product, Published, Variant
from tests.support.crm_rows import Add
from tests.support.query_cost import pages_read

TEA = Product(
    1,
    (
        Variant(10, "READY"),
        Variant(11, " "),
        Variant(12, "twice"),
        Variant(13, " TWICE "),
        Variant(14, "UNWRITTEN"),
        Variant(15, "UNREADABLE"),
        Variant(16, "gone"),
        Variant(17, "GONE"),
    ),
)
HIDDEN = Product(2, (Variant(20, "HIDDEN"),), name="Sampler", is_visible=False)
CUP = Product(3, (Variant(30, "CHOICE"), Variant(31, "")), name="Engraved cup")
REASONS: dict[int, list[Reason]] = {
    11: ["blank SKU"],
    12: ["duplicate SKU"],
    13: ["duplicate SKU"],
    14: ["not written"],
    15: ["not readable"],
    20: ["hidden"],
    30: ["required option"],
    31: ["blank SKU", "required option"],
}


@pytest.fixture
def shop(crm: psycopg.Connection[Any], add: Add) -> Published:
    """A store in which every reason holds for some variant; variant 17 and its custom field are gone."""
    shop = Published(crm)
    shop.sync(TEA, HIDDEN, CUP)
    shop.sync(replace(TEA, variants=TEA.variants[:-1]), HIDDEN, CUP)
    write_fields(shop)
    crm.execute("DELETE FROM crm.variant_custom_field WHERE bigcommerce_variant_id = 14")
    crm.execute(
        "UPDATE crm.variant_custom_field SET permission_set = 'read' WHERE bigcommerce_variant_id = 15"
    )
    option = {"bigcommerce_option_id": 5, "name": "Engraving", "type": "text"}
    add("required_option", campaign_product_id=shop.variant("CHOICE")["campaign_product_id"], **option)
    crm.commit()
    return shop


def write_fields(shop: Published) -> None:
    pending = list(custom_fields.pending(shop.crm, shop.data_source_id))
    custom_fields.remember(
        shop.crm,
        shop.data_source_id,
        [each._replace(metafield_id=each.bigcommerce_variant_id) for each in pending],
    )
    shop.crm.commit()


def listed(shop: Published, reason: Reason | None = None, search: str = "") -> list[UnreadyVariant]:
    """Those wanted; whichever they are, the numbers beside them are those of all."""
    found, numbers = checkout_readiness.page(
        shop.crm, WantedVariants(campaign_of(shop), reason, search), limit=100
    )
    assert numbers == checkout_readiness.count(shop.crm, campaign_of(shop))
    return found


def campaign_of(shop: Published) -> int:
    source = data_sources.required(shop.crm, shop.store_hash)
    assert source.campaign_id is not None
    return source.campaign_id


def ids(found: list[UnreadyVariant]) -> list[int]:
    return [each.bigcommerce_variant_id for each in found]


def test_each_variant_that_is_not_ready_has_all_its_reasons(shop: Published) -> None:
    assert {each.bigcommerce_variant_id: each.reasons for each in listed(shop)} == REASONS


def test_each_reason_is_counted_and_filters_the_list(shop: Published) -> None:
    unready = checkout_readiness.count(shop.crm, campaign_of(shop))

    assert unready.variants == len(REASONS)
    for reason in get_args(Reason):
        expected = [number for number, reasons in REASONS.items() if reason in reasons]
        assert ids(listed(shop, reason)) == expected
        assert unready.by_reason[reason] == len(expected)


def test_pages_list_each_variant_once(shop: Published) -> None:
    found: list[UnreadyVariant] = []
    wanted = WantedVariants(campaign_of(shop))
    while page := checkout_readiness.page(
        shop.crm, wanted, after=found[-1].variant_detail_id if found else 0, limit=3
    )[0]:
        found += page

    assert ids(found) == list(REASONS)


def test_variants_are_found_by_name_sku_and_any_id(shop: Published) -> None:
    cup = shop.variant("CHOICE")

    assert ids(listed(shop, search="sampl")) == [20]
    assert ids(listed(shop, search="Twice")) == [12, 13]
    assert ids(listed(shop, search="14")) == [14]
    assert ids(listed(shop, search=f"{cup['campaign_product_id']}.{cup['variant_detail_id']}")) == [30, 31]
    assert listed(shop, search="100%") == []
    assert listed(shop, search="\0_") == []


def test_a_field_under_another_name_or_of_an_older_variant_is_not_written(shop: Published) -> None:
    shop.crm.execute("UPDATE crm.data_source SET custom_field_key = 'other'")
    assert "not written" in listed(shop)[0].reasons
    assert checkout_readiness.count(shop.crm, shop.data_source_id).by_reason["not written"] == 10
    shop.crm.rollback()

    shop.crm.execute(
        "UPDATE crm.variant_custom_field SET bigcommerce_variant_id = 99 WHERE value = "
        "(SELECT value FROM crm.variant_custom_field WHERE bigcommerce_variant_id = 10)"
    )
    assert ids(listed(shop, "not written")) == [10, 14]


def test_skus_of_another_store_are_no_duplicates(shop: Published) -> None:
    other = Published(shop.crm)
    other.sync(Product(1, (Variant(10, "READY"),)))
    write_fields(other)

    assert listed(other) == []
    assert 10 not in ids(listed(shop))


def test_the_page_reads_the_variants_no_more_often_than_the_number_of_them(shop: Published) -> None:
    wanted = WantedVariants(campaign_of(shop))
    page = pages_read(shop.crm, "checkout_readiness/page", after=0, limit=100, **wanted.parameters)
    assert page <= pages_read(shop.crm, "checkout_readiness/count", campaign_id=wanted.campaign_id)
