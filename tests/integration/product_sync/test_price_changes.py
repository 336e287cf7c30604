"""Many prices at once: preview, apply, undo."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.crm import campaign_products, override_prices, price_batches
from include.crm.campaign_products import WantedProducts
from include.crm.price_batch_rows import PriceBatch
from include.product_sync import price_changes, price_file_check
from include.product_sync.errors import PriceBatchClosed, PriceRefused, PricesChangedMeanwhile
from include.product_sync.price_adjustment import PriceRule, read_price_rule

VARIANTS = 12
TEN_PERCENT = read_price_rule("raise", "10", "percent")
Prices = dict[int, Decimal | None]


@pytest.fixture(scope="module")
def store(postgres: Any, crm_template: str) -> Iterator[psycopg.Connection[Any]]:
    """A campaign with VARIANTS variants of two products, SKUs T-1 …, and another campaign with one."""
    postgres.create_database("crm_prices", template=crm_template)
    with psycopg.connect(postgres.url("crm_prices")) as crm:
        crm.execute("""
            INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR'), ('Coffee', 'USD');
            INSERT INTO crm.campaign_product
                (campaign_id, bigcommerce_product_id, name, sku, is_visible, content_hash)
            VALUES (1, 77, 'Tea', '', true, ''), (1, 78, 'Green tea', '', true, ''),
                   (2, 79, 'Coffee', '', true, '');
            INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name,
                options, price, purchasing_disabled, content_hash)
            SELECT 1 + place % 2, 100 + place, 'T-' || place, 'Tea ' || place, '[]', place, false, ''
            FROM generate_series(1, 12) place ORDER BY place;
            INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name,
                options, price, purchasing_disabled, content_hash)
            VALUES (3, 200, 'C-1', 'Coffee', '[]', 5, false, '');
        """)
        crm.commit()
        yield crm
    postgres.drop_database("crm_prices")


@pytest.fixture
def crm(store: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """The store; whatever a test changes is undone."""
    yield store
    store.rollback()


def prices(crm: psycopg.Connection[Any]) -> Prices:
    rows = crm.execute("SELECT variant_detail_id, override_price FROM crm.campaign_product_variant")
    return dict(rows.fetchall())


def set_price(crm: psycopg.Connection[Any], variant: int, price: str | None, who: str = "Ann") -> None:
    assert override_prices.set_override_price(crm, 1, variant, Decimal(price) if price else None, who)


def imported(crm: psycopg.Connection[Any], *lines: str) -> PriceBatch:
    """The preview of a file with these lines of SKU and price."""
    data = "\n".join(["sku,override_price", *lines]).encode()
    return price_file_check.preview_import(crm, 1, data, "prices.csv", "Ann")


def changed(crm: psycopg.Connection[Any], rule: PriceRule = TEN_PERCENT, *variants: int) -> PriceBatch:
    """The preview of a rule for these variants, or for all."""
    return price_changes.preview_change(crm, 1, rule, variants or WantedProducts(1), "Ann")


def apply(crm: psycopg.Connection[Any], batch: PriceBatch, **options: bool) -> PriceBatch:
    return price_changes.apply(crm, 1, batch.price_batch_id, "Bob", **options)


def undo(crm: psycopg.Connection[Any], batch: PriceBatch) -> PriceBatch:
    return price_changes.undo(crm, 1, batch.price_batch_id, "Cid")


def rows(crm: psycopg.Connection[Any], batch: PriceBatch, show: Any = "all") -> list[Any]:
    return price_batches.rows(crm, batch, show=show, decimals=2, after=0, limit=100)


# --- preview


def test_a_preview_shows_old_and_new_prices_and_changes_nothing(crm: Any) -> None:
    set_price(crm, 2, "1.50")
    before = prices(crm)
    batch = imported(crm, "T-1,9.99", "t-2 ,", "T-3,", "T-4,4")
    assert (batch.changes, batch.unchanged, batch.problem_count, batch.title) == (
        *(3, 1, 0),
        "Import of prices.csv",
    )
    assert [(row.sku, row.line_number, row.price_before, row.price_after) for row in rows(crm, batch)] == [
        ("T-1", 2, None, Decimal("9.99")),
        ("T-2", 3, Decimal("1.50"), None),
        ("T-4", 5, None, Decimal(4)),
    ]
    assert prices(crm) == before


def test_lines_that_name_no_variant_or_several_are_skipped_with_a_sentence(crm: Any) -> None:
    crm.execute("UPDATE crm.campaign_product_variant SET sku = 'T-1' WHERE variant_detail_id = 2")
    batch = imported(crm, "T-1,1", "C-1,1", "nothing,1", "T-3,1", "T-4,x", "t-3,2", "T-5,5")
    assert [(each["line"], each["sentence"]) for each in batch.problems] == [
        (2, "2 variants have the SKU T-1. Name the variant by its variant_detail_id."),
        (3, "No variant has the SKU C-1. Correct the line, or remove it."),  # of another campaign
        (4, "No variant has the SKU nothing. Correct the line, or remove it."),
        (6, "'x' is not a price. Enter digits only, e.g. 12.50."),
        (7, "Lines 5 and 7 name the same variant, T-3; both are skipped. Keep one of them."),
    ]
    assert [row.sku for row in rows(crm, batch)] == ["T-5"]


@pytest.mark.parametrize("unseen", ["\u200b", "\u00a0", "\u202e", "\ufeff"])
def test_character_that_nobody_sees_in_a_sku_is_shown_by_its_code(crm: Any, unseen: str) -> None:
    code = f"[U+{ord(unseen):04X}]"
    by_sku = imported(crm, f"T{unseen}-1,9")
    assert by_sku.problems[0]["sentence"].startswith(f"No variant has the SKU T{code}-1. ")
    crm.execute("UPDATE crm.campaign_product_variant SET sku = 'T' || %s || '1' WHERE sku = 'T-1'", [unseen])
    by_both = price_file_check.preview_import(
        crm, 1, b"bigcommerce_variant_id,sku,override_price\n101,T-1,9", "prices.csv", "Ann"
    )
    assert f"has the SKU T{code}1, not T-1." in by_both.problems[0]["sentence"]


# Each row: SKUs that people take for the same.
SAME_SKUS = [
    ["caf\u00e9-1", "cafe\u0301-1", "CAF\u00c9-1 ", "\u200bcaf\u00e9-1\u00a0", "\ufeffCAFE\u0301-1\u3000"],
    ["\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c3", "\u03bf\u03b4\u03bf\u03c2"],  # a final sigma
    ["\u0130NC\u0130", "inci", "INCI"],
    ["KAPI", "kap\u0131"],
    ["stra\u00dfe", "STRA\u1e9eE"],
    ["\u212a-1", "k-1", "K-1"],  # the sign of kelvin
    ["tea", "\u2009tea\u2003", "\u200etea\u2060", "tea\u2028\x85"],
]
DIFFERENT_SKUS = [
    ("A 1", "A1"),
    ("A 1", "A  1"),
    ("stra\u00dfe", "strasse"),
    ("caf\u00e9", "cafe"),
    ("\u2460", "1"),
]


def imported_beside_an_id(crm: psycopg.Connection[Any], sku: str) -> PriceBatch:
    """The preview of a file that names the variant T-1 by its id in BigCommerce, with this SKU."""
    data = f"bigcommerce_variant_id,sku,override_price\n101,{sku},9".encode()
    return price_file_check.preview_import(crm, 1, data, "prices.csv", "Ann")


@pytest.mark.parametrize(
    ("held", "written"), [pair for same in SAME_SKUS for pair in itertools.product(same, repeat=2)]
)
def test_sku_is_the_same_beside_an_id_if_it_is_without_one(crm: Any, held: str, written: str) -> None:
    crm.execute("UPDATE crm.campaign_product_variant SET sku = %s WHERE sku = 'T-1'", [held])
    for batch in (imported(crm, f"{written},9"), imported_beside_an_id(crm, written)):
        assert (batch.problem_count, [row.variant_detail_id for row in rows(crm, batch)]) == (0, [1])


@pytest.mark.parametrize(("held", "written"), DIFFERENT_SKUS)
def test_another_sku_names_no_variant_and_contradicts_an_id(crm: Any, held: str, written: str) -> None:
    crm.execute("UPDATE crm.campaign_product_variant SET sku = %s WHERE sku = 'T-1'", [held])
    assert imported(crm, f"{written},9").problems[0]["sentence"].startswith("No variant has the SKU")
    assert (
        f"has the SKU {held}, not {written}." in imported_beside_an_id(crm, written).problems[0]["sentence"]
    )


@pytest.mark.parametrize("nothing", ["\u200b", "\ufeff\u2003", "\u200e"])
def test_sku_of_which_nobody_sees_anything_is_none(crm: Any, nothing: str) -> None:
    crm.execute("UPDATE crm.campaign_product_variant SET sku = '' WHERE sku = 'T-2'")
    assert imported(crm, f"{nothing},9").problems[0]["sentence"].startswith("No variant has the SKU [U+")
    assert imported_beside_an_id(crm, nothing).changes == 1


def test_a_removed_variant_does_not_make_the_sku_of_its_successor_ambiguous(crm: Any) -> None:
    crm.execute(
        "UPDATE crm.campaign_product_variant SET sku = 'T-1', removed_at = now() WHERE variant_detail_id = 2"
    )
    assert [row.variant_detail_id for row in rows(crm, imported(crm, "T-1,7"))] == [1]


def test_ids_of_ours_and_of_bigcommerce_name_variants_and_a_sku_that_contradicts_them_is_an_error(
    crm: Any,
) -> None:
    data = b"""variant_detail_id,bigcommerce_variant_id,sku,override_price
1,,,5
,102,,6
3,999,T-3,7
4,,T-5,8
13,,,9
"""
    batch = price_file_check.preview_import(crm, 1, data, "prices.csv", "Ann")
    assert [(row.sku, row.price_after) for row in rows(crm, batch)] == [
        ("T-1", Decimal(5)),
        ("T-2", Decimal(6)),
        ("T-3", Decimal(7)),
    ]
    assert [each["line"] for each in batch.problems] == [5, 6]
    assert "has the SKU T-4, not T-5" in batch.problems[0]["sentence"]


def test_a_percentage_is_of_the_synced_price_and_skips_what_would_be_below_zero(crm: Any) -> None:
    set_price(crm, 3, "100")
    batch = changed(crm, read_price_rule("lower", "1.50", "amount"), 1, 2, 3, 13)
    assert batch.title == "Lower by 1.50 EUR"
    assert [(row.sku, row.price_after) for row in rows(crm, batch)] == [
        ("T-2", Decimal("0.50")),
        ("T-3", Decimal("1.50")),
    ]
    assert batch.problems == [
        {"line": None, "sentence": "T-1: The new price would be -0.50, which is below zero."}
    ]


def test_all_of_a_search_means_its_products_without_removed_variants(crm: Any) -> None:
    crm.execute("UPDATE crm.campaign_product_variant SET removed_at = now() WHERE variant_detail_id = 1")
    batch = price_changes.preview_change(crm, 1, TEN_PERCENT, WantedProducts(1, "all", "green"), "Ann")
    assert [row.variant_detail_id for row in rows(crm, batch)] == [3, 5, 7, 9, 11]
    with pytest.raises(PriceRefused, match="highlighted"):
        price_changes.preview_change(crm, 1, TEN_PERCENT, WantedProducts(1, "all", "cocoa"), "Ann")


# --- apply


def test_applied_prices_are_in_the_history_with_the_batch_and_who_applied_it(crm: Any) -> None:
    batch = apply(crm, imported(crm, "T-1,9.99"))
    assert (batch.created_by, batch.applied_by) == ("Ann", "Bob")
    [change] = override_prices.history(crm, 1, 1)
    assert (change.changed_by, change.price_after, change.price_batch_id, change.batch_title) == (
        *("Bob", Decimal("9.99"), batch.price_batch_id),
        "Import of prices.csv",
    )


def test_nothing_is_applied_if_one_override_was_changed_since_the_preview(crm: Any) -> None:
    batch = imported(crm, "T-1,9.99", "T-2,8")
    set_price(crm, 2, "7")
    before = prices(crm)
    assert [row.sku for row in rows(crm, batch, "outdated")] == ["T-2"]
    with pytest.raises(PricesChangedMeanwhile, match=r"1 price changed after .*: line 3 \(T-2\)"):
        apply(crm, batch)
    assert prices(crm) == before


def test_a_percentage_of_a_synced_price_that_a_sync_changed_is_not_applied(crm: Any) -> None:
    of_synced, in_file = changed(crm, TEN_PERCENT, 1), imported(crm, "T-1,9.99")
    crm.execute("UPDATE crm.campaign_product_variant SET price = 50 WHERE variant_detail_id = 1")
    with pytest.raises(PricesChangedMeanwhile, match="T-1"):
        apply(crm, of_synced)
    assert apply(crm, in_file).applied_at


def test_a_preview_is_applied_once_and_for_one_day(crm: Any) -> None:
    batch = imported(crm, "T-1,9.99")
    apply(crm, batch)
    with pytest.raises(PriceBatchClosed, match="already changed by Bob"):
        apply(crm, batch)
    old = imported(crm, "T-2,9.99")
    crm.execute(
        "UPDATE crm.price_batch SET created_at = now() - interval '25 hours' WHERE price_batch_id = %s",
        [old.price_batch_id],
    )
    with pytest.raises(PriceBatchClosed, match="expired"):
        apply(crm, old)
    with pytest.raises(PriceBatchClosed, match="expired"):
        price_changes.apply(crm, 2, imported(crm, "T-3,1").price_batch_id, "a stranger")


@pytest.mark.parametrize(("line", "said"), [("T-1,0", "for free"), ("T-1,1.005", "more decimals than EUR")])
def test_unusual_prices_need_a_confirmation(crm: Any, line: str, said: str) -> None:
    batch = imported(crm, line, "T-2,1.00")
    assert [row.sku for row in rows(crm, batch, "unusual")] == ["T-1"]
    with pytest.raises(PriceRefused) as refused:
        apply(crm, batch)
    assert said in refused.value.problems_by_field["confirmed"]
    assert apply(crm, batch, confirmed=True).applied_at


# --- undo


def test_undo_keeps_prices_that_were_changed_since_and_names_them(crm: Any) -> None:
    set_price(crm, 1, "5")
    batch = apply(crm, imported(crm, "T-1,9.99", "T-2,8", "T-3,7"))
    set_price(crm, 2, "3", "Dan")
    for price in ("1", "7"):  # changed, and changed back: still not what the import left
        set_price(crm, 3, price, "Eve")
    assert [row.sku for row in rows(crm, batch, "outdated")] == ["T-2", "T-3"]
    undone = undo(crm, batch)
    assert (undone.title, undone.changes) == ("Undo: Import of prices.csv", 1)
    assert [each["sentence"] for each in undone.problems] == [
        "T-2: changed since by Dan, so it is kept.",
        "T-3: changed since by Eve, so it is kept.",
    ]
    assert [prices(crm)[each] for each in (1, 2, 3)] == [Decimal(5), Decimal(3), Decimal(7)]
    with pytest.raises(PriceBatchClosed, match="already undone"):
        undo(crm, batch)


def test_an_undo_can_be_undone(crm: Any) -> None:
    batch = apply(crm, imported(crm, "T-1,9.99"))
    again = undo(crm, undo(crm, batch))
    assert prices(crm)[1] == Decimal("9.99")
    assert again.title == "Undo: Undo: Import of prices.csv"


def test_undo_without_changes_is_refused(crm: Any) -> None:
    preview = imported(crm, "T-1,9.99")
    with pytest.raises(PriceBatchClosed, match="never changed"):
        undo(crm, preview)
    apply(crm, preview)
    set_price(crm, 1, "3")
    with pytest.raises(PriceBatchClosed, match="Nothing was undone"):
        undo(crm, preview)


# --- for any mix of overrides

PRICE = st.none() | st.decimals(min_value=0, max_value=100, places=4)
OVERRIDES = st.dictionaries(st.integers(1, VARIANTS), PRICE)
RULES = st.builds(
    PriceRule,
    st.sampled_from(["raise", "lower", "reset"]),
    st.decimals(min_value=0, max_value=20, places=2),
    st.sampled_from(["percent", "amount"]),
)


def override(crm: psycopg.Connection[Any], overrides: Prices) -> None:
    for variant, price in overrides.items():
        override_prices.set_override_price(crm, 1, variant, price, "Ann")


@settings(max_examples=25, deadline=None)
@given(
    overrides=OVERRIDES,
    skus=st.lists(st.text(st.characters(exclude_characters="\0"), max_size=8), max_size=5),
)
def test_the_export_imported_unchanged_changes_nothing(
    store: Any, overrides: Prices, skus: list[str]
) -> None:
    with store.transaction(force_rollback=True):
        override(store, overrides)
        for variant, sku in enumerate(skus, 1):
            sku = sku.encode(errors="ignore").decode()
            store.execute(
                "UPDATE crm.campaign_product_variant SET sku = %s WHERE variant_detail_id = %s",
                [sku, variant],
            )
        exported = b"".join(campaign_products.export(store, WantedProducts(1)))
        batch = price_file_check.preview_import(store, 1, exported, "export.csv", "Ann")
        assert (batch.changes, batch.unchanged, batch.problems) == (0, VARIANTS, [])


@settings(max_examples=25, deadline=None)
@given(overrides=OVERRIDES, wanted=OVERRIDES, rule=RULES | st.none())
def test_apply_then_undo_leaves_the_prices_of_before(
    store: Any, overrides: Prices, wanted: Prices, rule: PriceRule | None
) -> None:
    with store.transaction(force_rollback=True):
        override(store, overrides)
        before = prices(store)
        lines = [f"T-{variant},{'' if price is None else price}" for variant, price in wanted.items()]
        batch = changed(store, rule) if rule else imported(store, *lines or ["T-1,1"])
        if not batch.changes:
            return
        applied = apply(store, batch, confirmed=True)
        assert len(rows(store, applied)) == batch.changes
        after = prices(store)
        assert sum(before[each] != after[each] for each in before) == batch.changes
        assert undo(store, applied).problems == []
        assert prices(store) == before


def test_ten_thousand_prices_are_imported_applied_and_undone(store: Any) -> None:
    with store.transaction(force_rollback=True):
        store.execute("""
            INSERT INTO crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name,
                options, price, purchasing_disabled, content_hash)
            SELECT 1, 1000 + place, 'M-' || place, 'Tea', '[]', 10, false, ''
            FROM generate_series(1, 10000) place
        """)
        numbers = random.Random(1).sample(range(1, 10_001), 10_000)
        batch = imported(store, *(f"M-{number},{number / 100:.2f}" for number in numbers))
        applied = apply(store, batch)
        assert applied.changes == 10_000
        assert undo(store, applied).changes == 10_000
