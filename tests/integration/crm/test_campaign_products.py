"""Campaign products as people look for them, and the one thing they may change: the override price."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any, get_args

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.crm import campaign_products, override_prices
from include.crm.campaign_products import CampaignProduct, Mark, WantedProducts

PRODUCTS = 30  # of each campaign


@pytest.fixture(scope="module")
def shelves(postgres: Any, crm_template: str) -> Any:
    """Two campaigns of PRODUCTS products each, with two variants a product; every mark is on some of them."""
    postgres.create_database("crm_shelves", template=crm_template)
    with psycopg.connect(postgres.url("crm_shelves"), autocommit=True) as crm:
        crm.execute("""
            INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR'), ('Coffee', 'USD');
            INSERT INTO crm.data_source (store_hash, store_name, campaign_id)
            VALUES ('tea', 'Tea', 1), ('coffee', 'Coffee', 2);
            INSERT INTO crm.campaign_product
                (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash, removed_at)
            SELECT campaign, 1000 + place, 'Tea 100% ' || place, 'P_' || place, true, '',
                   CASE WHEN place % 7 = 0 THEN now() END
            FROM generate_series(1, 30) place, generate_series(1, 2) campaign ORDER BY place, campaign;
            INSERT INTO crm.campaign_product_variant
                (campaign_product_id, bigcommerce_variant_id, sku, name, options, price, purchasing_disabled,
                 content_hash, override_price, removed_at)
            SELECT campaign_product_id, campaign_product_id * 10 + place,
                   CASE WHEN campaign_product_id % 5 = 0 THEN ''
                        ELSE 'SKU-' || campaign_product_id || place END,
                   '=cmd', '[]', 10, false, '',
                   CASE WHEN campaign_product_id % 9 = 0 AND place = 2 THEN 8.5 END,
                   CASE WHEN campaign_product_id % 11 = 0 AND place = 1 THEN now() END
            FROM crm.campaign_product, generate_series(1, 2) place ORDER BY 1, 2;
            INSERT INTO crm.variant_custom_field
            SELECT variant_detail_id, bigcommerce_variant_id, variant_detail_id, 'crm', 'campaign_product',
                   'read_and_sf_access', campaign_product_id || '.' || variant_detail_id
            FROM crm.campaign_product_variant WHERE campaign_product_id % 3 <> 0;
            INSERT INTO crm.sync_run (data_source_id, trigger, status, published_at, finished_at)
            SELECT data_source_id, 'manual', 'Completed', now(), now() FROM crm.data_source;
            INSERT INTO crm.sync_warning (sync_run_id, kind, bigcommerce_product_id, reason)
            SELECT 1, 'blank SKU', bigcommerce_product_id, 'It has no SKU.' FROM crm.campaign_product
            WHERE campaign_id = 1 AND campaign_product_id % 5 = 0;
        """)
        yield crm
    postgres.drop_database("crm_shelves")


def ids(rows: list[CampaignProduct]) -> list[int]:
    return [row.campaign_product_id for row in rows]


MARKED = {
    "all": "true",
    "overridden": "campaign_product_id % 9 = 0",
    "removed": "removed_at IS NOT NULL OR campaign_product_id % 11 = 0",
    "sku": "campaign_product_id % 5 = 0",
    "not written": "campaign_product_id % 3 = 0",
}


@settings(max_examples=60, deadline=None)
@given(mark=st.sampled_from(get_args(Mark)), limit=st.integers(1, 40))
def test_all_pages_together_list_every_wanted_product_once_in_order(
    shelves: Any, mark: Mark, limit: int
) -> None:
    walked: list[int] = []
    while page := campaign_products.page(
        shelves, WantedProducts(1, mark), after=walked[-1] if walked else 0, limit=limit
    ):
        walked += ids(page)
    statement = (
        f"SELECT campaign_product_id FROM crm.campaign_product WHERE campaign_id = 1 AND ({MARKED[mark]})"  # noqa: S608
    )
    wanted = shelves.execute(f"{statement} ORDER BY 1")
    assert walked == [row[0] for row in wanted]
    assert walked


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("tea 100% 7", [13]),
        ("P_12", [23]),  # _ is no wildcard
        ("100%", "all"),
        ("%", "all"),
        ("sku-31", [3, 31]),
        ("1003", [5]),  # the product in BigCommerce
        ("31", [31]),  # campaign product 31; variant 31 is of campaign 1's product 16: another number
        ("5.9", [5]),  # a checkout item
        ("nothing like it", []),
        ("99999999999999999999", []),
        ("'; DROP TABLE crm.campaign; --", []),
        ("tea 100%\0 7", [13]),  # Postgres has no text with a NUL in it
    ],
)
def test_a_search_finds_names_skus_and_ids(shelves: Any, search: str, found: Any) -> None:
    rows = campaign_products.page(shelves, WantedProducts(1, "all", search), limit=PRODUCTS)
    assert set(found if found != "all" else range(1, 2 * PRODUCTS, 2)) <= set(ids(rows))
    if found == [] or search in ("P_12", "sku-31", "tea 100% 7", "tea 100%\0 7"):
        assert ids(rows) == found
    assert all(number % 2 for number in ids(rows)), "products of another campaign"


def test_a_product_shows_its_first_variants_overridden_ones_first(shelves: Any) -> None:
    shown = campaign_products.variants(shelves, 1, [9, 11], limit=1)
    assert [(each.sku, each.override_price, each.siblings) for each in shown[9]] == [
        ("SKU-92", Decimal("8.5"), 2)
    ]
    assert [each.sku for each in shown[11]] == ["SKU-112"]  # the first one is removed
    assert len(campaign_products.variants(shelves, 1, [9])[9]) == 2


def test_an_override_price_is_kept_with_who_set_it_and_the_same_price_again_is_no_change(
    shelves: Any,
) -> None:
    for price, who in [("7.25", "Ann"), ("7.250", "Bob"), (None, "Cid"), (None, "Dan")]:
        made = override_prices.set_override_price(shelves, 1, 5, Decimal(price) if price else None, who)
        assert made is not None
        assert made.price_in_effect == Decimal(price or "10")
    history = override_prices.history(shelves, 1, 5)
    assert [(row.changed_by, row.price_before, row.price_after) for row in history] == [
        ("Cid", Decimal("7.25"), None),
        ("Ann", None, Decimal("7.25")),
    ]
    variant = campaign_products.variants(shelves, 1, [3])[3][0]
    assert (variant.override_changed_by, variant.override_price) == ("Cid", None)


def test_a_variant_of_another_campaign_is_out_of_reach(shelves: Any) -> None:
    assert override_prices.set_override_price(shelves, 2, 5, Decimal(1), "Eve") is None
    assert override_prices.history(shelves, 2, 5) == []
    assert campaign_products.get(shelves, 2, 5) is None


def test_the_export_holds_every_variant_and_no_formula(shelves: Any) -> None:
    text = b"".join(campaign_products.export(shelves, WantedProducts(1, "overridden"))).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["checkout item"] for row in rows][:2] == ["9.17", "9.18"]
    assert {row["name"] for row in rows} == {"'=cmd"}
    assert (rows[1]["price in effect"], rows[1]["currency"]) == ("8.5", "EUR")
    assert len(rows) == 2 * len(
        campaign_products.page(shelves, WantedProducts(1, "overridden"), limit=PRODUCTS)
    )


@pytest.mark.parametrize(
    "beginning", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(shelves: Any, beginning: str) -> None:
    with shelves.transaction(force_rollback=True):
        shelves.execute(
            "UPDATE crm.campaign_product_variant SET sku = %s, name = %s WHERE variant_detail_id = 1",
            [f"{beginning}1+1"] * 2,
        )
        text = b"".join(campaign_products.export(shelves, WantedProducts(1, "all", "1.1"))).decode()
    row = next(
        row for row in csv.DictReader(io.StringIO(text, newline="")) if row["variant detail id"] == "1"
    )
    assert (row["sku"], row["name"]) == (f"'{beginning}1+1",) * 2
