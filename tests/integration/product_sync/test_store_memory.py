"""What is remembered about a store is not trusted where the store may have lost it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from include.bigcommerce.errors import UnexpectedResponse
from include.product_sync import steps
from tests.support.shop import Shop

Store = Callable[..., Shop]
PRODUCTS = "/v3/catalog/products"
METAFIELDS = "/v3/catalog/variants/metafields"


@pytest.mark.parametrize("whole_product", [True, False])
def test_restored_variant_gets_its_metafield_again(store: Store, whole_product: bool) -> None:
    active = store(products=6, variants=2)
    active.sync()
    catalogue = active.sandbox.catalogue
    product_id = catalogue.product_ids[0]
    gone = [variant.id for variant in catalogue.variants(product_id)][: 2 if whole_product else 1]
    # removed as a sync sees it, and back under its old id, while its metafield is gone
    active.crm.execute(
        "UPDATE crm.campaign_product_variant SET removed_at = now() WHERE bigcommerce_variant_id = ANY(%s)",
        [gone],
    )
    active.crm.execute("UPDATE crm.campaign_product SET source_digest = NULL")
    active.crm.commit()
    for metafield in catalogue.metafields.find({}):
        if metafield.resource_id in gone:
            catalogue.metafields.delete(metafield.id)
    run = active.sync()
    assert run.counts["variants_revived"] == len(gone)
    assert "restored" in run.summary
    assert run.counts["custom_fields_written"] == len(gone)
    assert active.fields_in_store() == active.fields_expected()
    assert len(active.fields_in_store()) == 12


def test_removed_variant_leaves_no_memory_of_its_metafield(store: Store) -> None:
    active = store(products=6, variants=2)
    active.sync()
    active.sandbox.catalogue.remove_product(active.sandbox.catalogue.product_ids[0])
    assert active.sync().counts["variants_removed"] == 2
    assert len(active.rows("SELECT * FROM crm.variant_custom_field")) == 10


def batch_sizes(active: Shop) -> list[int]:
    """How many custom fields each request created since the store's log was last emptied."""
    posted = [each for each in active.sandbox.requests if each.method == "POST" and each.path == METAFIELDS]
    active.sandbox.forget_requests()
    return [len(json.loads(each.body)) for each in posted]


def test_the_largest_batch_that_a_store_takes_is_found_out_once(store: Store) -> None:
    active = store(products=20, variants=4)
    active.sandbox.settings.largest_batch = 10
    active.sandbox.forget_requests()
    run = active.sync()
    assert (run.status, active.fields_in_store()) == ("Completed", active.fields_expected())
    assert [size for size in batch_sizes(active) if size > 10] == [50, 25]
    assert run.requests_least == 1 + 2 + 8, "the products, their options, and the custom fields"
    for _ in range(20):
        active.sandbox.catalogue.add_product(name="Late")
    active.sync()
    assert max(batch_sizes(active)) == 10

    active.sandbox.settings.largest_batch = 50
    for _ in range(20):
        active.sandbox.catalogue.add_product(name="Later")
    active.sync(verify_custom_fields=True)
    assert max(batch_sizes(active)) == 20
    assert active.fields_in_store() == active.fields_expected()


def test_dry_run_that_verifies_counts_what_the_store_lacks(store: Store) -> None:
    active = store(products=12, variants=2)
    active.sync()
    metafields = active.sandbox.catalogue.metafields
    for metafield in metafields.find({})[:15]:
        metafields.delete(metafield.id)
    for metafield in metafields.find({})[:2]:
        metafields.update(metafield.id, {"value": "1.1"})
    before = active.rows("SELECT * FROM crm.variant_custom_field ORDER BY variant_detail_id")
    plain = active.sync(dry_run=True)
    assert plain.counts["custom_fields_to_write"] == 0
    verified = active.sync(dry_run=True, verify_custom_fields=True)
    assert verified.counts["custom_fields_to_write"] == 17
    assert "17 custom fields to write" in verified.summary
    assert active.rows("SELECT * FROM crm.variant_custom_field ORDER BY variant_detail_id") == before
    written = active.sync(verify_custom_fields=True)
    assert written.counts["custom_fields_written"] == 17
    assert active.fields_in_store() == active.fields_expected()


@pytest.mark.parametrize("verify", [True, False])
def test_dry_run_counts_exactly_the_fields_that_the_same_sync_then_writes(store: Store, verify: bool) -> None:
    """Also where variants go, come, and are made anew, and where one of them waited for its field."""
    active = store(products=10, variants=2)
    active.sync()
    catalogue = active.sandbox.catalogue
    first, second, third, *_ = catalogue.product_ids
    active.crm.execute(
        "DELETE FROM crm.variant_custom_field WHERE bigcommerce_variant_id = ANY(%s)",
        [[variant.id for each in (first, second) for variant in catalogue.variants(each)]],
    )
    active.crm.commit()
    lost = {variant.id for variant in catalogue.variants(first)}
    for metafield in catalogue.metafields.find({}):
        if metafield.resource_id in lost:
            catalogue.metafields.delete(metafield.id)
    catalogue.remove_product(second)
    catalogue.recreate_variants(third)
    catalogue.add_product(name="New")
    counted = active.sync(dry_run=True, verify_custom_fields=verify).counts["custom_fields_to_write"]
    written = active.sync(verify_custom_fields=verify).counts["custom_fields_written"]
    assert counted == written > 0
    assert active.fields_in_store() == active.fields_expected()


def test_products_deleted_while_reading_and_others_added_after_the_last_page_do_not_fail_the_sync(
    store: Store,
) -> None:
    active = store(products=16, variants=1)
    active.sandbox.settings.page_cap = 4
    doomed = active.sandbox.catalogue.product_ids[-3:]

    def delete(catalogue: object) -> None:
        for product_id in doomed:
            active.sandbox.catalogue.remove_product(product_id)

    def add(catalogue: object) -> None:
        for number in range(4):
            active.sandbox.catalogue.add_product(name=f"Late {number}")

    active.sandbox.after_products_page(1, delete)
    active.sandbox.after_products_page(4, add)
    run = active.sync()
    assert run.status == "Completed"
    assert run.counts["products"] == 13
    assert active.sync().counts["products"] == 17


def test_a_store_that_passes_over_a_product_in_the_middle_is_not_believed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = store(products=12, variants=1)
    active.sandbox.settings.page_cap = 4
    from include.product_sync import extract

    read = extract.read_products_page
    monkeypatch.setattr(
        extract,
        "read_products_page",
        lambda client, **bounds: read(
            client, **{**bounds, **({"after": bounds["after"] + 1} if bounds.get("after") else {})}
        ),
    )
    run = active.begin()
    with pytest.raises(UnexpectedResponse, match="counts 12 products but listed only 11"):
        steps.extract(run)
