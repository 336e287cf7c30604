"""A sync that could use nothing, or that the store refused, is not Completed and says the true reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.crm import sync_history, sync_warnings
from include.crm.sync_options import SyncOptions
from include.product_sync import steps
from include.product_sync.errors import CustomFieldsRefused, MassRemoval, NothingUsable
from include.product_sync.load import load
from tests.support.catalogues import Product, Published, Variant, page_body
from tests.support.shop import Shop

pytestmark = pytest.mark.usefixtures("short_pauses")

Store = Callable[..., Shop]
METAFIELDS = "/v3/catalog/variants/metafields"
TEN = [Product(number, (Variant(number * 10, f"SKU-{number}"),)) for number in range(1, 11)]


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> Published:
    return Published(crm)


def priced(products: list[Product], price: str) -> list[Product]:
    return [
        each.with_variants(*(Variant(variant.id, variant.sku, price) for variant in each.variants))
        for each in products
    ]


def with_text_prices(body: bytes) -> bytes:
    """Every price of a page becomes text that is no number: "10.00 EUR"."""
    return re.sub(rb'(price": )([0-9.]+)', rb'\1"\2 EUR"', body)


def test_first_sync_of_text_prices_fails_with_the_first_reason(shop: Published) -> None:
    run = shop.read_pages([with_text_prices(page_body(TEN))], SyncOptions())
    with pytest.raises(
        NothingUsable,
        match=r"lists 10 products, but none .* The first one, product 1: The product's price is text",
    ) as stopped:
        load(shop.crm, run)
    assert "mass removal" not in str(stopped.value)
    assert shop.crm.execute("SELECT count(*) FROM crm.campaign").fetchone() == (0,)


@pytest.mark.parametrize("options", [{}, {"allow_mass_removal": True}])
def test_text_prices_after_a_good_sync_say_the_true_reason_and_remove_nothing(
    shop: Published, options: dict[str, bool]
) -> None:
    shop.sync(*TEN)
    before = shop.variants()
    run = shop.read_pages([with_text_prices(page_body(TEN))], SyncOptions(**options))
    with pytest.raises(NothingUsable, match=r"none of them can be used, so nothing was published.*text"):
        load(shop.crm, run)
    assert shop.variants() == before


def test_one_product_that_cannot_be_used_is_named_in_the_singular(shop: Published) -> None:
    with pytest.raises(NothingUsable, match=r"lists 1 product, .* below zero"):
        shop.sync(*priced(TEN[:1], "-1"))


def test_store_whose_only_product_cannot_be_read_is_not_called_unavailable(store: Store) -> None:
    shop = store(products=1)
    product_id = shop.sandbox.catalogue.product_ids[0]
    shop.sandbox.catalogue.invalid_content.fail_on_product(product_id)
    with pytest.raises(
        NothingUsable, match=rf"lists 1 product, .* product {product_id}: BigCommerce fails .* \(HTTP 500\)"
    ):
        shop.sync()


def test_only_product_that_can_no_longer_be_read_stays_and_is_read_when_it_can_be(store: Store) -> None:
    shop = store(products=1)
    shop.sync()
    before = shop.rows("SELECT * FROM crm.campaign_product_variant")
    shop.sandbox.catalogue.invalid_content.fail_on_product(shop.sandbox.catalogue.product_ids[0])
    with pytest.raises(NothingUsable):
        shop.sync(allow_mass_removal=True)
    assert shop.rows("SELECT * FROM crm.campaign_product_variant") == before
    shop.sandbox.catalogue.invalid_content.clear()
    assert shop.sync().status == "Completed"


def test_most_products_unusable_are_skipped_and_kept_not_called_removed(shop: Published) -> None:
    shop.sync(*TEN)
    counts = shop.sync(*priced(TEN[:9], "-1"), *priced(TEN[9:], "11.00"))
    assert (counts["quarantined"], counts["variants_removed"], counts["variants_changed"]) == (9, 0, 1)
    assert len(shop.variants()) == 10


def test_the_guard_counts_unusable_variants_apart_from_those_that_are_gone(shop: Published) -> None:
    shop.sync(*TEN)
    with pytest.raises(
        MassRemoval, match=r"lists 4 of the 10 variants held here \(3 of them .* cannot be used\)"
    ):
        shop.sync(*priced(TEN[:3], "-1"), TEN[3])
    assert len(shop.variants()) == 10
    counts = shop.sync(*priced(TEN[:3], "-1"), TEN[3], allow_mass_removal=True)
    assert (counts["variants_removed"], counts["quarantined"]) == (6, 3)


def test_an_unusable_newcomer_does_not_hide_that_most_are_gone(shop: Published) -> None:
    shop.sync(*TEN)
    newcomers = [Product(20 + number, (Variant(200 + number, "N", "-1"),)) for number in range(2)]
    with pytest.raises(MassRemoval, match="still lists 1 of the 10 variants"):
        shop.sync(TEN[0], *newcomers)


def test_a_catalogue_that_was_imported_anew_does_not_hide_that_most_are_gone(shop: Published) -> None:
    """Its products have other ids, so override prices, links and subscriptions of the old ones would end."""
    shop.sync(*TEN)
    anew = [
        Product(100 + product.id, tuple(replace(each, id=100 + each.id) for each in product.variants))
        for product in TEN
    ]
    with pytest.raises(MassRemoval, match="still lists 4 of the 10 variants"):
        shop.sync(*TEN[:4], *anew[4:])
    assert [each["bigcommerce_product_id"] for each in shop.variants()] == [each.id for each in TEN]
    counts = shop.sync(*TEN[:4], *anew[4:], allow_mass_removal=True)
    assert (counts["variants_removed"], counts["variants_new"]) == (6, 6)
    assert shop.sync(*TEN[:2], *anew[4:])["variants_removed"] == 2


def test_new_options_of_a_product_are_no_mass_removal(shop: Published) -> None:
    shop.sync(Product(1, (Variant(10, "TEE"),)))
    sizes = [Variant(11, "TEE-S", label="S"), Variant(12, "TEE-M", label="M")]
    counts = shop.sync(Product(1, tuple(sizes)))
    assert (counts["variants_removed"], counts["variants_new"]) == (1, 2)


def test_a_product_without_a_usable_id_removes_no_other(shop: Published) -> None:
    """It may be any of those that seem to be gone."""
    shop.sync(*TEN)
    run = shop.read_pages([page_body(TEN).replace(b'"id": 1,', b'"id": 0,', 1)], SyncOptions())
    counts = load(shop.crm, run)
    assert (counts["quarantined"], counts["products_removed"], counts["variants_removed"]) == (1, 0, 0)
    assert len(shop.variants()) == 10


@pytest.mark.parametrize(
    ("noisy", "exact"),
    [
        ("12.989999999999998", "12.99"),
        ("0.30000000000000004", "0.3"),
        ("19.900000000000002", "19.9"),
        ("1.00004999", "1"),
    ],
)
def test_a_price_with_float_noise_is_published_as_the_store_can_state_it(
    shop: Published, noisy: str, exact: str
) -> None:
    shop.sync(Product(1, (Variant(11, "A", noisy),)))
    assert shop.variant("A")["price"] == Decimal(exact)
    assert shop.variant("A")["compare_at_price"] is None


def test_skus_that_differ_in_case_alone_are_duplicates(shop: Published) -> None:
    """The checkout redirect compares SKUs without case."""
    counts = shop.sync(
        Product(1, (Variant(11, "ab-1"),)),
        Product(2, (Variant(21, "AB-1 "),)),
        Product(3, (Variant(31, "ab-2"),)),
    )
    assert (counts["duplicate_skus"], counts["blank_skus"]) == (2, 0)
    run = sync_history.latest(shop.crm, shop.store_hash)[0]
    found = sync_warnings.first(shop.crm, run.sync_run_id)
    assert [(each.kind, each.bigcommerce_variant_id) for each in found] == [
        ("duplicate SKU", 11),
        ("duplicate SKU", 21),
    ]
    assert found[0].reason.startswith("2 variants share the SKU ab-1 (in upper or lower case)")


def test_a_recreated_variant_whose_sku_changed_case_is_matched_to_its_new_id(
    shop: Published,
) -> None:
    shop.sync(Product(1, (Variant(11, "ab-1"), Variant(12, "B"))))
    held = shop.variant("ab-1")["variant_detail_id"]
    counts = shop.sync(Product(1, (Variant(99, "AB-1"), Variant(12, "B"))))
    assert counts["variants_relinked"] == 1
    assert shop.variant("AB-1")["variant_detail_id"] == held


def refuse(active: Shop, variants: set[int]) -> None:
    """The store refuses the custom fields of these variants, and of no others."""
    create = active.sandbox.catalogue.metafields.create

    def create_unless_refused(item: Any, **more: Any) -> Any:
        from include.sandbox.refusals import Refusal

        if item["resource_id"] in variants:
            raise Refusal(422, "The value is not allowed here.")
        return create(item, **more)

    active.sandbox.catalogue.metafields.create = create_unless_refused  # type: ignore[method-assign]


def test_every_custom_field_refused_fails_the_sync_with_the_first_reason(store: Store) -> None:
    active = store(products=3, variants=2)
    everything = {variant.id for variant in active.sandbox.catalogue.all_variants()}
    refuse(active, everything)
    run = active.begin()
    steps.extract(run)
    steps.load(run)
    with pytest.raises(CustomFieldsRefused, match=r"all 6 variants.*The value is not allowed here\."):
        steps.write_back(run)
    ended = active.run(run)
    assert ended.status != "Completed"
    assert "refused the custom fields of all 6 variants" in (ended.error or "")
    assert ended.counts["custom_fields_refused"] == 6
    warned = active.rows(
        "SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, reason FROM crm.sync_warning "
        "WHERE kind = 'custom field refused'"
    )
    assert {tuple(row.values())[:3] for row in warned} == {
        (variant.product_id, variant.id, variant.sku) for variant in active.sandbox.catalogue.all_variants()
    }
    assert all(row["reason"].endswith("Fix this in BigCommerce, then sync again.") for row in warned)
    assert len(active.rows("SELECT * FROM crm.campaign_product")) == 3, "the products are published"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_sync_is_completed_exactly_if_all_is_pulled_and_every_custom_field_is_in_the_store(
    crm: psycopg.Connection[Any], store: Store, data: st.DataObject
) -> None:
    """Completed: all products pulled, every custom field written. Failed: anything else, with the reason."""
    crm.execute("TRUNCATE crm.data_source, crm.campaign CASCADE")
    active = store(products=3, variants=2)
    catalogue = active.sandbox.catalogue
    everything = sorted(variant.id for variant in catalogue.all_variants())
    unusable = set(data.draw(st.lists(st.sampled_from(everything), unique=True), label="unusable"))
    refused = set(data.draw(st.lists(st.sampled_from(everything), unique=True), label="refused"))
    for variant_id in unusable:
        catalogue.change_variant(variant_id, price=Decimal(-1), calculated_price=Decimal(-1))
    refuse(active, refused)
    run = active.begin()
    error = None
    try:
        for step in (steps.extract, steps.load, steps.write_back):
            step(run)
    except (NothingUsable, CustomFieldsRefused) as stopped:
        error = stopped
    usable = set(everything) - unusable
    expected = usable - refused
    assert active.fields_in_store().keys() == (expected if usable else set())
    ended = active.run(run)
    if usable and usable == expected:
        assert (error, ended.status, ended.counts["custom_fields_written"]) == (
            None,
            "Completed",
            len(usable),
        )
        assert active.fields_in_store() == active.fields_expected()
    else:
        assert ended.status != "Completed"
        assert str(error) == ended.error
        assert isinstance(error, CustomFieldsRefused if usable else NothingUsable)
        assert not usable or ended.counts["custom_fields_refused"] == len(usable & refused)


@pytest.mark.parametrize("field", ["is_visible", "id"])
def test_products_that_break_even_lists_of_ids_or_are_listed_twice_cost_no_other(
    field: str, store: Store
) -> None:
    shop = store(products=12)
    ids, invalid = list(shop.sandbox.catalogue.product_ids), shop.sandbox.catalogue.invalid_content
    broken = [ids[3], ids[4], ids[-1]]
    for each in broken:
        invalid.spoil_product(each, field, '"12" rod"')
    for each in (ids[0], ids[7]):
        invalid.list_twice(each)
    run = shop.sync()
    assert (run.status, run.counts["products"], run.counts["quarantined"]) == ("Completed", 9, 3)
    skipped = shop.rows("SELECT bigcommerce_product_id FROM crm.sync_warning WHERE kind = 'quarantined'")
    assert sorted(each["bigcommerce_product_id"] for each in skipped) == broken
    again = shop.sync()
    assert (again.status, again.counts["products_unchanged"]) == ("Completed", 9)
    assert shop.fields_in_store() == shop.fields_expected()
