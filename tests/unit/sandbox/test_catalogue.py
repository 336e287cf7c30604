"""Every change of the catalogue, as a client then sees it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.sandbox import Catalogue
from include.sandbox.catalogue.generator import generate
from tests.support.sandbox_client import PRODUCTS
from tests.support.sandbox_visits import Visit


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(generate(1, 5, 3))


def test_added_product_gets_a_new_id_and_its_variants(catalogue: Catalogue) -> None:
    entry = catalogue.add_product("Lamp", price="12.50", variants=[{"sku": "A"}, {"sku": "B", "price": "13"}])
    assert entry.product.id == catalogue.product_ids[-1]
    assert [(each.sku, each.calculated_price) for each in entry.variants] == [
        ("A", Decimal("12.50")),
        ("B", Decimal("13")),
    ]
    assert catalogue.add_product("Simple").product.base_variant_id is not None


def test_a_product_may_return_under_its_old_id(catalogue: Catalogue) -> None:
    old = catalogue.entry(102)
    catalogue.remove_product(102)
    assert 102 not in catalogue.product_ids
    assert not catalogue.has_variant(old.variants[0].id)
    catalogue.add_product(old.product.name, id=102, variants=[{"id": each.id} for each in old.variants])
    assert catalogue.product_ids[1] == 102
    assert [each.id for each in catalogue.variants(102)] == [each.id for each in old.variants]


def test_changed_price_keeps_every_digit_and_updates_calculated_prices(visit: Visit) -> None:
    store = visit()
    catalogue = store.sandbox.catalogue
    variant = catalogue.variants(101)[0]
    catalogue.change_product(101, sale_price="0")
    catalogue.set_price(variant.id, "0.10")
    assert '"price":0.10,"calculated_price":0.10,' in store.get(PRODUCTS, include="variants").text
    catalogue.set_price(variant.id, None)
    catalogue.change_product(101, price="7.0")
    assert catalogue.variant(variant.id).calculated_price == Decimal("7.0")
    catalogue.change_product(101, sale_price="6")
    assert catalogue.variant(variant.id).calculated_price == Decimal(6)


def test_recreated_variants_keep_everything_except_their_ids(catalogue: Catalogue) -> None:
    before = catalogue.variants(101)
    after = catalogue.recreate_variants(101)
    assert [each.sku for each in after] == [each.sku for each in before]
    assert min(each.id for each in after) > max(each.id for each in before)
    assert [catalogue.has_variant(each.id) for each in before] == [False] * 3
    assert catalogue.variant_count == 15


def test_change_updates_the_date_and_the_version(catalogue: Catalogue) -> None:
    product, version = catalogue.product(103), catalogue.version
    changed = catalogue.change_variant(catalogue.variants(103)[0].id, sku="NEW")
    assert changed.sku == "NEW"
    assert catalogue.product(103).date_modified > product.date_modified
    assert catalogue.version > version


def test_every_nth_price_can_be_raised(catalogue: Catalogue) -> None:
    before = [catalogue.variants(each)[0].calculated_price for each in catalogue.product_ids]
    for each in catalogue.product_ids:
        catalogue.change_product(each, sale_price="0")
    assert catalogue.raise_prices(every=2, by="0.01") == 3
    after = [catalogue.variants(each)[0].calculated_price for each in catalogue.product_ids]
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) >= 3


def test_record_read_before_a_change_stays_the_same(catalogue: Catalogue) -> None:
    product, variants = catalogue.product(101), catalogue.variants(101)
    catalogue.change_product(101, name="Another")
    catalogue.add_variant(101, sku="LATE")
    assert product.name != "Another"
    assert len(variants) == 3


def test_unknown_ids_and_invalid_fields_raise_errors(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.remove_product(7)
    with pytest.raises(KeyError):
        catalogue.set_price(7, "1")
    with pytest.raises(TypeError, match="colour"):
        catalogue.change_product(101, colour="red")
    with pytest.raises(ValueError, match="price"):
        catalogue.change_product(101, price="cheap")
    with pytest.raises(ValueError, match="101"):
        catalogue.add_product("Twin", id=101)


def test_summary_counts_the_catalogue(visit: Visit) -> None:
    store = visit(products=4, variants=3)
    assert store.get("/v3/catalog/summary").json()["data"]["variant_count"] == 12
    store.sandbox.catalogue.remove_product(101)
    assert store.get("/v3/catalog/summary").json()["data"]["variant_count"] == 9
