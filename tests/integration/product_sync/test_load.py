"""What publishing a catalogue promises, on a real Postgres."""

from __future__ import annotations

import gc
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.crm import (
    first_publication,
    override_prices,
    publication,
    sync_changes,
    sync_history,
    sync_warnings,
)
from include.crm.sync_options import SyncOptions
from include.product_sync import staging
from include.product_sync.errors import (
    CurrencyChanged,
    MassRemoval,
    MoreRemoved,
    NothingUsable,
    PagesMissing,
    Superseded,
)
from include.product_sync.load import load, stage_and_compare
from tests.support.catalogues import Product, Published, Variant, page_body

TEA = Product(1, (Variant(11, "TEA-S", "3.50", "Small"), Variant(12, "TEA-L", "6.10", "Large")))
CUP = Product(2, (Variant(21, "CUP", "12.00"),), name="Cup")


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> Published:
    return Published(crm)


def test_the_first_sync_creates_the_campaign_and_all_it_sells(shop: Published) -> None:
    counts = shop.sync(TEA, CUP)
    assert counts["products_new"] == 2
    assert counts["variants_new"] == 3
    assert [(row["name"], row["price"]) for row in shop.variants()] == [
        ("Tea - Small", Decimal("3.50")),
        ("Tea - Large", Decimal("6.10")),
        ("Cup", Decimal("12.00")),
    ]
    campaign = shop.crm.execute(
        "SELECT name, currency_code FROM crm.campaign JOIN crm.data_source USING (campaign_id) "
        "WHERE store_hash = %s",
        [shop.store_hash],
    ).fetchone()
    assert campaign == ("Shop", "EUR")


@pytest.mark.parametrize(("products_at_a_time", "recorded_at_a_time"), [(500, 1_000), (1, 1), (1, 2)])
@pytest.mark.parametrize("changes_kept", [250_000, 5])
@pytest.mark.parametrize("third", [Variant(11, "TEA-S"), Variant(33, "TEA-S")], ids=["repeated", "its own"])
def test_a_first_sync_publishes_what_any_other_would(
    crm: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    products_at_a_time: int,
    recorded_at_a_time: int,
    changes_kept: int,
    third: Variant,
) -> None:
    monkeypatch.setattr(staging, "PRODUCTS_AT_A_TIME", products_at_a_time)
    monkeypatch.setattr(first_publication, "PRODUCTS_RECORDED_AT_A_TIME", recorded_at_a_time)
    for module in (publication, first_publication):
        monkeypatch.setattr(module, "CHANGES_KEPT", changes_kept)
    first, other = Published(crm), Published(crm)
    other.sync()  # the store is still empty, so its campaign is there before its products
    catalogue = [
        TEA,
        CUP,
        Product(3, (third, Variant(31, " ", label="A"), Variant(32, "CUP", label="B"))),
        Product(4, (Variant(41, "POT", "-1", "A"), Variant(42, "LID", "5", "B", retail_price="6"))),
        Product(5, (Variant(51, "JUG", "-1"),)),
    ]
    counts = first.sync(*catalogue)
    assert counts == other.sync(*catalogue)
    assert (counts["products_new"], counts["variants_new"] + counts["quarantined"]) == (5, 9)
    assert left_behind(first) == left_behind(other)


def left_behind(shop: Published) -> tuple[object, ...]:
    """The rows, history and warnings of the last sync."""
    run = sync_history.latest(shop.crm, shop.store_hash)[0].sync_run_id
    own = {"variant_detail_id", "campaign_product_id", "created_at", "changed_at"}
    digests = shop.crm.execute(
        "SELECT bigcommerce_product_id, source_digest FROM crm.campaign_product "
        "JOIN crm.data_source USING (campaign_id) WHERE store_hash = %s ORDER BY 1",
        [shop.store_hash],
    ).fetchall()
    return (
        [{name: value for name, value in row.items() if name not in own} for row in shop.variants()],
        digests,
        sync_changes.page(shop.crm, sync_changes.WantedChanges(run), limit=99),
        sync_warnings.first(shop.crm, run),
    )


def test_a_first_sync_numbers_products_as_the_store_does_in_whatever_order_pages_came(
    shop: Published,
) -> None:
    load(shop.crm, shop.read_pages([page_body([CUP]), page_body([TEA])], SyncOptions()))
    small, large, cup = shop.variants()
    assert small["campaign_product_id"] < cup["campaign_product_id"]
    assert small["variant_detail_id"] < large["variant_detail_id"] < cup["variant_detail_id"]


def test_ids_of_a_first_sync_may_have_gaps(shop: Published) -> None:
    shop.crm.execute("ALTER SEQUENCE crm.campaign_product_campaign_product_id_seq INCREMENT BY 3")
    shop.sync(TEA, CUP)
    first, _, last = [row["campaign_product_id"] for row in shop.variants()]
    assert last == first + 3


@pytest.mark.parametrize("first", [True, False], ids=["first sync", "later sync"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_products_that_several_pages_list_count_once(
    crm: psycopg.Connection[Any], first: bool, data: st.DataObject
) -> None:
    listed = data.draw(st.lists(st.sets(st.integers(1, 9), min_size=1).map(sorted), min_size=1, max_size=5))
    shop = Published(crm)
    if not first:
        shop.sync(_numbered(10))
    pages = [page_body([_numbered(product_id) for product_id in page]) for page in listed]
    counts = load(crm, shop.read_pages(pages, SyncOptions(allow_mass_removal=True)))
    assert counts["products"] == counts["products_new"] == len(set().union(*listed))
    assert [row["bigcommerce_product_id"] for row in shop.variants()] == sorted(set().union(*listed))


def _numbered(product_id: int) -> Product:
    return Product(product_id, (Variant(10 * product_id, f"P-{product_id}"),))


def test_a_first_sync_that_is_stopped_leaves_no_campaign(shop: Published) -> None:
    with pytest.raises(NothingUsable):
        shop.sync(TEA.with_variants(Variant(11, "TEA-S", "-1")))
    assert shop.crm.execute("SELECT count(*) FROM crm.campaign").fetchone() == (0,)
    assert shop.sync(TEA)["variants_new"] == 2


def test_a_sync_of_the_same_catalogue_writes_no_row(shop: Published) -> None:
    shop.sync(TEA, CUP)
    before = shop.crm.execute("SELECT xmin, ctid, * FROM crm.campaign_product_variant ORDER BY 4").fetchall()
    counts = shop.sync(TEA, CUP)
    after = shop.crm.execute("SELECT xmin, ctid, * FROM crm.campaign_product_variant ORDER BY 4").fetchall()
    assert before == after
    assert counts["variants_unchanged"] == 3
    assert (
        sum(counts[f"variants_{kind}"] for kind in ("new", "changed", "removed", "revived", "relinked")) == 0
    )


def test_ten_and_ten_point_zero_zero_are_the_same_price(shop: Published) -> None:
    shop.sync(CUP.with_variants(Variant(21, "CUP", "10")))
    assert shop.sync(CUP.with_variants(Variant(21, "CUP", "10.00")))["variants_changed"] == 0


def test_a_changed_price_is_taken_over_and_an_override_still_wins(shop: Published) -> None:
    shop.sync(TEA, CUP)
    shop.override("CUP", "9.99")
    counts = shop.sync(TEA, CUP.with_variants(Variant(21, "CUP", "13.00")))
    assert counts["variants_changed"] == 1
    cup = shop.variant("CUP")
    assert (cup["price"], cup["price_in_effect"]) == (Decimal("13.00"), Decimal("9.99"))


def test_a_variant_gone_from_the_store_is_marked_removed_and_restored_under_the_same_ids(
    shop: Published,
) -> None:
    shop.sync(TEA, CUP)
    shop.override("CUP", "9.99")
    cup = shop.variant("CUP")
    assert shop.sync(TEA)["variants_removed"] == 1
    assert [row["sku"] for row in shop.variants(removed=True)] == ["CUP"]
    assert shop.sync(TEA, CUP)["variants_revived"] == 1
    back = shop.variant("CUP")
    assert (back["variant_detail_id"], back["override_price"]) == (cup["variant_detail_id"], Decimal("9.99"))


def test_a_recreated_variant_with_the_same_sku_keeps_its_ids_and_override(shop: Published) -> None:
    shop.sync(TEA, CUP)
    shop.override("TEA-S", "1.00")
    small = shop.variant("TEA-S")
    recreated = TEA.with_variants(
        Variant(98, "TEA-S", "4.00", "Small"), Variant(99, "TEA-L", "6.10", "Large")
    )
    counts = shop.sync(recreated, CUP)
    assert (counts["variants_relinked"], counts["variants_new"], counts["variants_removed"]) == (2, 0, 0)
    again = shop.variant("TEA-S")
    assert again["variant_detail_id"] == small["variant_detail_id"]
    assert again["bigcommerce_variant_id"] == 98
    assert (again["price"], again["override_price"]) == (Decimal("4.00"), Decimal("1.00"))


def test_an_override_and_its_history_outlive_every_change_that_a_sync_makes(shop: Published) -> None:
    shop.sync(TEA, CUP)
    campaign_id, variant_detail_id = 1, shop.variant("TEA-S")["variant_detail_id"]
    for price in ("2.00", "1.00"):
        override_prices.set_override_price(shop.crm, campaign_id, variant_detail_id, Decimal(price), "Ann")
    shop.crm.commit()
    history = override_prices.history(shop.crm, campaign_id, variant_detail_id)
    assert [row.price_after for row in history] == [Decimal("1.00"), Decimal("2.00")]

    large = TEA.variants[1]
    recreated = TEA.with_variants(Variant(98, "TEA-S", "4.00", "Small"), large)
    steps = [
        ("relinked", (recreated, CUP)),
        ("removed", (TEA.with_variants(large), CUP)),
        ("revived", (recreated, CUP)),
    ]
    for change, catalogue in steps:
        assert shop.sync(*catalogue)[f"variants_{change}"] == 1
        everything = shop.variants() + shop.variants(removed=True)
        (small,) = [row for row in everything if row["variant_detail_id"] == variant_detail_id]
        assert (small["override_price"], small["price_in_effect"]) == (Decimal("1.00"),) * 2
        assert override_prices.history(shop.crm, campaign_id, variant_detail_id) == history


def test_a_variant_recreated_after_a_sync_saw_it_gone_is_still_the_same(shop: Published) -> None:
    shop.sync(TEA, CUP)
    small = shop.variant("TEA-S")
    shop.sync(TEA.with_variants(TEA.variants[1]), CUP)
    shop.sync(TEA.with_variants(Variant(98, "TEA-S", "3.50", "Small"), TEA.variants[1]), CUP)
    assert shop.variant("TEA-S")["variant_detail_id"] == small["variant_detail_id"]


def test_no_guess_is_made_where_a_sku_is_blank_or_not_unique(shop: Published) -> None:
    blank = Product(
        3, (Variant(31, "", "1.00", "A"), Variant(32, "TWIN", "1.00", "B"), Variant(33, "TWIN", "1", "C"))
    )
    shop.sync(blank, TEA)
    recreated = blank.with_variants(
        Variant(41, "", "1.00", "A"), Variant(42, "TWIN", "1.00", "B"), Variant(43, "TWIN", "1", "C")
    )
    counts = shop.sync(recreated, TEA)
    assert (counts["variants_relinked"], counts["variants_new"], counts["variants_removed"]) == (0, 3, 3)


def test_the_same_sku_on_another_product_is_a_different_variant(shop: Published) -> None:
    shop.sync(TEA, CUP)
    moved = Product(9, (Variant(91, "CUP", "12.00"),), name="Mug")
    counts = shop.sync(TEA, moved)
    assert (counts["variants_relinked"], counts["variants_new"]) == (0, 1)


def test_variant_listed_below_two_products_is_published_once_and_stays_where_it_is(shop: Published) -> None:
    both = [Product(2, (Variant(11, "MUG"), Variant(21, "CUP"))), TEA]
    counts = shop.sync(*both)
    assert [(row["bigcommerce_product_id"], row["sku"]) for row in shop.variants()] == [
        (1, "TEA-S"),
        (1, "TEA-L"),
        (2, "CUP"),
    ]
    assert (counts["variants"], counts["quarantined"]) == (3, 1)
    ids = [row["variant_detail_id"] for row in shop.variants()]
    # at first product 1 is unchanged, and so not translated again
    for products in (both, [Product(9, (Variant(11, "MUG"),)), *both, Product(3, (Variant(31, "NEW"),))]):
        shop.sync(*products)
        assert [row["variant_detail_id"] for row in shop.variants()][:3] == ids
    [repeated, _] = shop.crm.execute(
        "SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, reason FROM crm.sync_warning "
        "WHERE sync_run_id = (SELECT max(sync_run_id) FROM crm.sync_run) ORDER BY 1"
    ).fetchall()
    assert repeated[:3] == (2, 11, "MUG")
    assert "also listed below product 1" in repeated[3]
    # once product 1 lets it go, the other has it
    shop.sync(both[0], TEA.with_variants(TEA.variants[1]))
    assert [(row["bigcommerce_product_id"], row["sku"]) for row in shop.variants()] == [
        (1, "TEA-L"),
        (2, "MUG"),
        (2, "CUP"),
    ]


def test_moved_variant_is_at_its_new_product_at_once_though_the_old_one_has_a_row_that_cannot_be_used(
    shop: Published,
) -> None:
    shop.sync(TEA, CUP)
    left = TEA.with_variants(Variant(12, "TEA-L", "-1"))
    counts = shop.sync(left, CUP.with_variants(*CUP.variants, Variant(11, "TEA-S")))
    assert [(row["bigcommerce_product_id"], row["sku"]) for row in shop.variants()] == [
        (1, "TEA-L"),
        (2, "TEA-S"),
        (2, "CUP"),
    ]
    assert (counts["variants_new"], counts["variants_removed"], counts["quarantined"]) == (1, 1, 1)


def test_variant_that_was_published_twice_keeps_one_of_its_rows(shop: Published) -> None:
    shop.sync(TEA, CUP)
    shop.crm.execute("UPDATE crm.campaign_product_variant SET bigcommerce_variant_id = 11 WHERE sku = 'CUP'")
    shop.crm.execute("UPDATE crm.campaign_product SET source_digest = NULL")
    counts = shop.sync(TEA, CUP.with_variants(Variant(11, "CUP")))
    assert [row["sku"] for row in shop.variants()] == ["TEA-S", "TEA-L"]
    assert (counts["variants_removed"], counts["quarantined"]) == (1, 1)


def test_the_biller_goes_to_new_products_only(shop: Published) -> None:
    shop.crm.execute("INSERT INTO crm.gateway VALUES (7, 'Cards'), (8, 'Other')")
    shop.crm.execute("UPDATE crm.data_source SET biller_id = 7 WHERE store_hash = %s", [shop.store_hash])
    shop.sync(TEA)
    shop.crm.execute("UPDATE crm.data_source SET biller_id = 8 WHERE store_hash = %s", [shop.store_hash])
    shop.sync(Product(1, TEA.variants, name="Green tea"), CUP)
    assert {row["product_name"]: row["biller_id"] for row in shop.variants()} == {"Green tea": 7, "Cup": 8}


def test_fewer_than_half_of_the_variants_stops_the_sync_before_anything_is_published(
    shop: Published,
) -> None:
    shop.sync(TEA, CUP)
    with pytest.raises(
        MassRemoval, match=r"still lists 1 of the 3 variants held here, fewer than half.*Allow mass removal"
    ):
        shop.sync(CUP)
    assert len(shop.variants()) == 3
    assert shop.sync(CUP, allow_mass_removal=True)["variants_removed"] == 2


def test_confirmed_mass_removal_removes_no_more_variants_than_were_confirmed(shop: Published) -> None:
    milk = Product(3, (Variant(31, "MILK"),))
    shop.sync(TEA, CUP, milk)
    # 2 were confirmed; then another one went
    with pytest.raises(
        MoreRemoved, match=r"no longer lists 3 variants held here, more than the 2 that .* the new number"
    ) as stopped:
        shop.sync(milk, allow_mass_removal=True, remove_at_most=2)
    assert stopped.value.counts == {"would_remove_products": 2, "would_remove_variants": 3}
    assert stopped.value.action == "allow_mass_removal"
    shop.crm.rollback()
    assert len(shop.variants()) == 4
    with pytest.raises(MassRemoval):  # a number allows no mass removal by itself
        shop.sync(milk, remove_at_most=3)
    shop.crm.rollback()
    assert shop.sync(milk, allow_mass_removal=True, remove_at_most=3)["variants_removed"] == 3


def test_number_of_removals_holds_for_a_smaller_removal_too(shop: Published) -> None:
    others = tuple(Product(number, (Variant(10 * number, f"MUG-{number}"),)) for number in (3, 4, 5))
    shop.sync(TEA, CUP, *others)
    with pytest.raises(MoreRemoved, match="no longer lists 2 variants held here, more than the 1 "):
        shop.sync(TEA, *others[1:], remove_at_most=1)
    shop.crm.rollback()
    assert shop.sync(TEA, CUP, *others[1:], remove_at_most=1)["variants_removed"] == 1


def test_a_dry_run_gives_the_same_counts_and_changes_and_writes_nothing(shop: Published) -> None:
    shop.sync(TEA, CUP)
    before = shop.variants()
    dearer = CUP.with_variants(Variant(21, "CUP", "13.00"))
    run = shop.read([dearer, TEA], SyncOptions(dry_run=True))
    counted = load(shop.crm, run)
    assert shop.variants() == before
    assert counted == shop.sync(TEA, dearer)
    (change,) = sync_changes.page(shop.crm, sync_changes.WantedChanges(run), limit=9)
    assert (change.change, change.sku) == ("changed", "CUP")
    assert (change.bigcommerce_product_id, change.bigcommerce_variant_id) == (2, 21)
    assert (change.before, change.after) == ({"price": "12.00"}, {"price": "13.00"})


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_first_sync_lists_every_row_it_adds_with_its_price(shop: Published, dry_run: bool) -> None:
    run = shop.read([CUP, TEA], SyncOptions(dry_run=dry_run))
    load(shop.crm, run)
    changes = sync_changes.page(shop.crm, sync_changes.WantedChanges(run), limit=9)
    assert {change.change for change in changes} == {"new"}
    assert [(change.kind, change.sku, change.name) for change in changes] == [
        ("product", "", "Tea"),
        ("variant", "TEA-L", "Tea - Large"),
        ("variant", "TEA-S", "Tea - Small"),
        ("product", "", "Cup"),
        ("variant", "CUP", "Cup"),
    ]
    assert [(change.bigcommerce_product_id, change.bigcommerce_variant_id) for change in changes] == [
        *((1, None), (1, 12), (1, 11), (2, None), (2, 21))
    ]
    assert {change.before for change in changes} == {None}
    assert (changes[0].after, changes[1].after) == (
        {"visible": True},
        {"price": "6.10", "compare_at_price": None, "purchasable": True},
    )


def test_no_change_is_recorded_without_its_sync(shop: Published) -> None:
    run = shop.read([TEA], SyncOptions())
    with shop.crm.transaction():
        stage_and_compare(shop.crm, run)
        shop.crm.execute("DELETE FROM crm.sync_run WHERE sync_run_id = %s", [run])
        publication.record_changes(shop.crm, run)
    assert sync_changes.page(shop.crm, sync_changes.WantedChanges(run), limit=9) == []


def test_a_dry_run_of_the_first_sync_creates_no_campaign(shop: Published) -> None:
    assert shop.sync(TEA, dry_run=True)["products_new"] == 1
    assert shop.variants() == []
    assert shop.crm.execute("SELECT count(*) FROM crm.campaign").fetchone() == (0,)


def test_an_unusable_row_is_skipped_with_a_reason_and_the_published_row_stays(
    shop: Published,
) -> None:
    shop.sync(TEA, CUP)
    counts = shop.sync(TEA, CUP.with_variants(Variant(21, "CUP", "-1")))
    assert (counts["quarantined"], counts["variants_removed"]) == (1, 0)
    assert shop.variant("CUP")["price"] == Decimal("12.00")
    run = sync_history.latest(shop.crm, shop.store_hash)[0]
    (warning,) = sync_warnings.first(shop.crm, run.sync_run_id)
    assert warning.kind == "quarantined"
    assert "below zero" in warning.reason


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\u200b\ufeff"])
def test_blanks_are_no_part_of_a_sku_whether_they_can_be_seen_or_not(shop: Published, blank: str) -> None:
    counts = shop.sync(Product(1, (Variant(11, blank), Variant(12, "A"), Variant(13, f"a{blank}"))))
    assert (counts["blank_skus"], counts["duplicate_skus"]) == (1, 2)


def test_product_that_cannot_be_purchased_sells_none_of_its_variants(shop: Published) -> None:
    shop.sync(TEA, CUP)
    counts = shop.sync(replace(TEA, availability="disabled"), CUP)
    assert counts["variants_changed"] == 2
    assert {each["sku"] for each in shop.variants() if each["purchasing_disabled"]} == {"TEA-S", "TEA-L"}
    shop.sync(replace(TEA, availability="preorder"), CUP)
    assert not any(each["purchasing_disabled"] for each in shop.variants())


def test_sku_is_the_same_however_its_accents_are_written(shop: Published) -> None:
    composed, decomposed = "CAF\u00c9", "Cafe\u0301"
    counts = shop.sync(Product(1, (Variant(11, composed, label="A"), Variant(12, decomposed, label="B"))))
    assert counts["duplicate_skus"] == 2
    shop.sync(Product(1, (Variant(11, composed),)))
    shop.override(composed, "7.00")
    assert shop.sync(Product(1, (Variant(13, decomposed),)))["variants_relinked"] == 1
    assert shop.variant(decomposed)["override_price"] == Decimal("7.00")


def test_blank_and_duplicate_skus_are_counted_and_named(shop: Published) -> None:
    counts = shop.sync(
        Product(1, (Variant(11, " ", label="A"), Variant(12, "X", label="B"))),
        Product(2, (Variant(21, "X"),)),
    )
    assert (counts["blank_skus"], counts["duplicate_skus"]) == (1, 2)
    run = sync_history.latest(shop.crm, shop.store_hash)[0]
    kinds = [warning.kind for warning in sync_warnings.first(shop.crm, run.sync_run_id)]
    assert kinds == ["blank SKU", "duplicate SKU", "duplicate SKU"]


def test_publishing_twice_is_publishing_once(shop: Published) -> None:
    run = shop.read([TEA, CUP], SyncOptions())
    assert load(shop.crm, run) == load(shop.crm, run)
    assert len(shop.variants()) == 3


def test_an_older_reading_never_replaces_a_newer_one(shop: Published) -> None:
    older = shop.read([CUP], SyncOptions())
    newer = shop.read([CUP.with_variants(Variant(21, "CUP", "15.00"))], SyncOptions())
    load(shop.crm, newer)
    with pytest.raises(Superseded):
        load(shop.crm, older)
    assert shop.variant("CUP")["price"] == Decimal("15.00")


def test_a_reading_that_did_not_get_to_its_end_is_never_published(shop: Published) -> None:
    run = shop.read([TEA], SyncOptions())
    shop.crm.execute("UPDATE crm.sync_run SET read_at = NULL WHERE sync_run_id = %s", [run])
    with pytest.raises(PagesMissing):
        load(shop.crm, run)
    assert shop.variants() == []


def test_a_reading_whose_pages_are_not_all_there_any_more_is_never_published(
    shop: Published,
) -> None:
    shop.sync(TEA, CUP)
    run = shop.read([TEA, CUP, Product(3, (Variant(31, "MUG"),))], SyncOptions(allow_mass_removal=True))
    shop.crm.execute("DELETE FROM crm.catalogue_page WHERE sync_run_id = %s AND page_number = 2", [run])
    with pytest.raises(PagesMissing):
        load(shop.crm, run)
    shop.crm.execute("DELETE FROM crm.catalogue_page WHERE sync_run_id = %s", [run])
    with pytest.raises(PagesMissing):
        load(shop.crm, run)
    assert len(shop.variants()) == 3


def test_prices_in_another_currency_than_the_campaigns_are_not_published(shop: Published) -> None:
    shop.sync(TEA)
    shop.currency = "USD"
    with pytest.raises(CurrencyChanged, match="in USD now, but its campaign is in EUR"):
        shop.sync(TEA)


def test_a_process_looks_for_garbage_after_a_sync_as_before(shop: Published) -> None:
    gc.freeze()  # as a process does that others are forked from
    frozen, thresholds = gc.get_freeze_count(), gc.get_threshold()
    shop.sync(TEA)
    assert gc.get_freeze_count() > frozen / 2, "some of what was frozen may be in use no longer"
    assert gc.get_threshold() == thresholds


def test_a_reader_sees_the_old_catalogue_until_the_new_one_is_whole(shop: Published, crm_url: str) -> None:
    shop.sync(TEA, CUP)
    run = shop.read([TEA.with_variants(Variant(11, "TEA-S", "5")), CUP], SyncOptions())
    with psycopg.connect(crm_url, autocommit=True) as reader:
        prices = "SELECT array_agg(price ORDER BY price) FROM crm.campaign_product_variant"
        old = reader.execute(prices).fetchone()
        with shop.crm.transaction(force_rollback=True):
            load(shop.crm, run)
            assert reader.execute(prices).fetchone() == old
        load(shop.crm, run)
        assert reader.execute(prices).fetchone() == ([Decimal("5"), Decimal("6.10"), Decimal("12.00")],)


prices = st.decimals(0, 10_000, places=2).map(str)
skus = st.sampled_from(["", "A", "B", "C", "D", "ü/1"])


@st.composite
def catalogues(draw: st.DrawFn) -> list[Product]:
    products = []
    for product_id in draw(st.lists(st.integers(1, 4), unique=True)):
        variant_ids = draw(st.lists(st.integers(1, 6), unique=True, min_size=1, max_size=4))
        variants = tuple(
            Variant(product_id * 10 + number, draw(skus), draw(prices), draw(st.sampled_from(["", "S", "L"])))
            for number in variant_ids
        )
        name = draw(st.sampled_from(["Tea", "<b>Té</b>", "茶\t\\N\n"]))
        products.append(Product(product_id, variants, name, draw(st.booleans())))
    return products


CHANGED = ("_new", "_changed", "_removed", "_revived", "_relinked")
CONTENT = [
    *("bigcommerce_product_id", "product_name", "is_visible", "bigcommerce_variant_id"),
    *("sku", "name", "options", "price", "compare_at_price", "purchasing_disabled"),
]


def content(shop: Published) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in CONTENT) for row in shop.variants()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=catalogues(), second=catalogues())
def test_syncing_one_catalogue_then_another_gives_what_the_other_alone_gives(
    crm: psycopg.Connection[Any], first: list[Product], second: list[Product]
) -> None:
    both, alone = Published(crm), Published(crm)
    both.sync(*first)
    held = {row["variant_detail_id"] for row in both.variants()}
    override = "UPDATE crm.campaign_product_variant SET override_price = 1 WHERE variant_detail_id = ANY(%s)"
    crm.execute(override, [list(held)])
    counts = both.sync(*second, allow_mass_removal=True)
    alone.sync(*second)
    assert content(both) == content(alone)
    everything = [*both.variants(), *both.variants(removed=True)]
    assert held <= {row["variant_detail_id"] for row in everything}
    assert all(row["override_price"] == 1 for row in everything if row["variant_detail_id"] in held)
    now = len(both.variants())
    assert counts["variants"] == now
    assert now == len(held) - counts["variants_removed"] + counts["variants_new"] + counts["variants_revived"]


@st.composite
def odd_catalogues(draw: st.DrawFn) -> list[Product]:
    """Variants below one product or several, some of which cannot be used."""
    variants = st.builds(Variant, st.integers(1, 5), skus, st.sampled_from(["1.00", "2.00", "-1"]))
    below = st.lists(variants, min_size=1, max_size=3, unique_by=lambda each: each.id).map(tuple)
    ids = draw(st.lists(st.integers(1, 4), unique=True, min_size=1))
    return [Product(product_id, draw(below)) for product_id in sorted(ids)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=odd_catalogues(), second=odd_catalogues())
def test_second_sync_of_any_catalogue_changes_nothing(
    crm: psycopg.Connection[Any], first: list[Product], second: list[Product]
) -> None:
    shop = Published(crm)
    try:
        shop.sync(*first)
        shop.sync(*second, allow_mass_removal=True)
        before = content(shop)
        counts = shop.sync(*second)
    except NothingUsable:
        return
    assert content(shop) == before
    assert not any(number for name, number in counts.items() if name.endswith(CHANGED))
