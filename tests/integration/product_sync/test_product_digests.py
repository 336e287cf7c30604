"""What the store still sends as it was published is not translated again, and nobody sees a difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include.crm import catalogue_pages, sync_changes, sync_warnings
from include.crm.sync_options import SyncOptions
from include.product_sync import product_digests
from include.product_sync.errors import PublishedMeanwhile, SyncStopped
from include.product_sync.load import load
from tests.support.catalogues import Product, Published, Variant, page_body
from tests.support.crm_rows import fetch_rows

TEA = Product(1, (Variant(11, "TEA-S", "3.50", "Small"), Variant(12, "TEA-L", "6.10", "Large")))
CUP = Product(2, (Variant(21, "CUP", "12.00"),), name="Cup")
POT = Product(3, (Variant(31, "POT", "30.00"),), name="Pot")


@pytest.fixture
def shop(crm: psycopg.Connection[Any]) -> Published:
    return Published(crm)


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the products that are translated, as they are."""
    from include.product_sync import transform

    translate, ids = transform.translate, []

    def translate_and_note(items: Any) -> Any:
        ids.extend(each.id for each in items)
        return translate(items)

    monkeypatch.setattr(transform, "translate", translate_and_note)
    return ids


def new_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_digests, "_translation", lambda: b"another translation")


def test_only_products_that_differ_are_kept_and_translated(shop: Published, translated: list[int]) -> None:
    shop.sync(TEA, CUP, POT)
    assert translated == [1, 2, 3]
    translated.clear()
    dearer = CUP.with_variants(Variant(21, "CUP", "13.00"))
    run = shop.read([TEA, dearer, POT], SyncOptions())
    first, second = catalogue_pages.pages(shop.crm, run)
    assert (list(first.known), first.body()) == (
        [1],
        page_body([dearer]).partition(b', "meta"')[0].replace(b'{"data": [', b'{"data":[') + b"}",
    )
    assert (list(second.known), second.body()) == ([3], None)
    counts = load(shop.crm, run)
    assert translated == [2]
    assert (counts["products"], counts["variants"], counts["variants_changed"]) == (3, 4, 1)
    assert counts["variants_unchanged"] == 3


def test_a_field_that_is_not_translated_costs_one_translation_and_changes_nothing(
    shop: Published, translated: list[int]
) -> None:
    shop.sync(TEA, CUP)
    before = shop.variants()
    viewed = page_body([TEA, CUP]).replace(b'"name": "Cup"', b'"view_count": 8, "name": "Cup"')
    for expected in ([2], []):
        translated.clear()
        counts = load(shop.crm, shop.read_pages([viewed], SyncOptions()))
        assert translated == expected
        assert (counts["products_changed"], counts["variants_changed"]) == (0, 0)
    assert shop.variants() == before


def test_a_release_that_translates_otherwise_translates_every_product_once(
    shop: Published, translated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.sync(TEA, CUP)
    translated.clear()
    new_release(monkeypatch)
    shop.sync(TEA, CUP)
    assert translated == [1, 2]
    translated.clear()
    shop.sync(TEA, CUP)
    assert translated == []


@pytest.mark.parametrize("unusable", [{"price": "-1"}, {"sku": "\0"}])
def test_a_product_with_a_skipped_variant_is_translated_and_named_in_every_sync(
    shop: Published, translated: list[int], unusable: dict[str, str]
) -> None:
    bad = TEA.with_variants(TEA.variants[0], Variant(**{"id": 12, "label": "Large", **unusable}))
    for _ in range(2):
        translated.clear()
        assert shop.sync(bad, CUP)["quarantined"] == 1
    assert translated == [1]


def test_nothing_is_taken_for_published_that_a_sync_did_not_publish(
    shop: Published, translated: list[int]
) -> None:
    shop.sync(TEA, CUP)
    dearer = CUP.with_variants(Variant(21, "CUP", "13.00"))
    shop.read([TEA, dearer], SyncOptions())  # cancelled, or failed, before it was published
    shop.sync(TEA, dearer, dry_run=True)
    translated.clear()
    assert shop.sync(TEA, dearer)["variants_changed"] == 1
    assert translated == [2]
    assert str(shop.variant("CUP")["price"]) == "13.00"


def test_another_publication_between_the_steps_of_a_sync_is_noticed(shop: Published) -> None:
    """It read the store earlier, and its rows of a product are not those that were compared."""
    shop.sync(TEA, CUP)
    older = shop.read([TEA, CUP.with_variants(Variant(21, "CUP", "13.00"))], SyncOptions())
    newer = shop.read([TEA, CUP], SyncOptions())
    load(shop.crm, older)
    with pytest.raises(PublishedMeanwhile):
        load(shop.crm, newer)
    assert shop.sync(TEA, CUP)["variants_changed"] == 1


# ---- any sequence of changes

PRICES = {"cheap": "1.00", "dear": "2.00", "below zero": "-1"}
FORMS = [
    *PRICES,
    "viewed",
    "recreated",
    "blank SKU",
    "damaged",
    "text price",
    "no name",
    "no id",
    "no variants",
]


def sent(product_id: int, form: str) -> bytes:
    """The JSON of a product in one of many forms; most SKUs are unique, some are shared."""
    first, second = 10 * product_id + 1, 10 * product_id + 2
    small = Variant(
        first + 5 if form == "recreated" else first, f"S-{product_id}", PRICES.get(form, "1.00"), "S"
    )
    large = Variant(second, {"blank SKU": ""}.get(form, f"L-{product_id % 2}"), "1.00", "L")
    product = Product(product_id, () if form == "no variants" else (small, large))
    json = page_body([product]).partition(b'"data": [')[2].rpartition(b'], "meta"')[0]
    spoilt = {
        "viewed": (b'"type"', b'"view_count": 7, "type"'),
        "damaged": (b'"name": "Tea"', rb'"name": "Tea \ud83d"'),
        "text price": (b'"calculated_price": 1.00, "sale_price": null', b'"calculated_price": "x"'),
        "no name": (b'"name": "Tea"', b'"name": null'),
        "no id": (b'{"id": %d' % product_id, b'{"id": 0'),
    }
    return json.replace(*spoilt.get(form, (b"", b"")), 1)


@dataclass(frozen=True)
class Step:
    """What a store lists, page by page, and how it is synced."""

    pages: tuple[tuple[tuple[int, str], ...], ...]
    options: tuple[str, ...] = ()
    currency: str = "EUR"
    fails_before_publishing: bool = False

    @property
    def bodies(self) -> list[bytes]:
        """The pages as the store sends them."""
        return [b'{"data": [%b]}' % b", ".join(sent(*each) for each in page) for page in self.pages]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    product = st.tuples(st.integers(1, 5), st.sampled_from(["cheap", "cheap", *FORMS]))
    page = st.lists(product, max_size=4, unique_by=lambda each: each[0]).map(sorted).map(tuple)
    return Step(
        pages=tuple(draw(st.lists(page, max_size=3))),  # two pages may list the same product
        options=tuple(draw(st.lists(st.sampled_from(["dry_run", "allow_mass_removal"]), unique=True))),
        currency=draw(st.sampled_from(["EUR"] * 5 + ["USD"])),
        fails_before_publishing=draw(st.sampled_from([False] * 4 + [True])),
    )


def seen(shop: Published, step: Step) -> Iterator[object]:
    """All that people see of a sync, and of what it published."""
    shop.currency = step.currency
    run = shop.read_pages(step.bodies, SyncOptions(**dict.fromkeys(step.options, True)))
    if step.fails_before_publishing:
        return
    try:
        yield load(shop.crm, run)
    except SyncStopped as stopped:
        shop.crm.rollback()
        yield type(stopped), str(stopped)
    yield sync_warnings.first(shop.crm, run)
    yield sync_changes.page(shop.crm, sync_changes.WantedChanges(run), limit=100)
    yield fetch_rows(
        shop.crm,
        """SELECT dense_rank() OVER (ORDER BY campaign_product_id) AS product, product.bigcommerce_product_id,
                  product.name, product.sku, product.is_visible, product.content_hash,
                  product.removed_at IS NULL AS sold, product.options_read_at IS NULL AS options_unread,
                  rank() OVER (ORDER BY variant_detail_id) AS variant, variant.bigcommerce_variant_id,
                  variant.sku AS variant_sku, variant.name AS variant_name, variant.options,
                  variant.price::text, variant.price_in_effect::text, variant.compare_at_price,
                  variant.purchasing_disabled, variant.content_hash AS variant_hash,
                  variant.removed_at IS NULL AS variant_sold
           FROM crm.campaign_product product
           LEFT JOIN crm.campaign_product_variant variant USING (campaign_product_id)
           JOIN crm.data_source source USING (campaign_id)
           WHERE source.data_source_id = %s
           ORDER BY campaign_product_id, variant_detail_id""",
        shop.data_source_id,
    )
    shop.crm.execute("UPDATE crm.campaign_product SET options_read_at = now()")
    shop.crm.execute(
        "UPDATE crm.campaign_product_variant SET override_price = 7 WHERE bigcommerce_variant_id % 3 = 0"
    )
    shop.crm.commit()


EVERYTHING = tuple((number, "cheap") for number in range(1, 6))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps(), min_size=2, max_size=5))
@example(  # what is kept beside a product that may be any is not taken for listed
    history=[
        Step((((1, "cheap"), (2, "cheap")),)),
        Step((((1, "recreated"), (2, "no id")),)),
        Step((((1, "recreated"), (2, "cheap")),)),
    ]
)
@example(  # a product in one form on one page, in another on the next
    history=[
        Step((EVERYTHING,)),
        Step((((1, "cheap"), (2, "dear")), ((1, "dear"), (2, "cheap"), *EVERYTHING[2:]))),
        Step((((1, "dear"), (2, "cheap")), EVERYTHING)),
    ]
)
@example(  # removed and restored in the same form, and moved to another page
    history=[Step((EVERYTHING,)), Step((EVERYTHING[1:],)), Step((EVERYTHING[1:], EVERYTHING[:1]))]
)
def test_a_sync_that_goes_by_digests_does_what_one_that_translates_everything_does(
    crm: psycopg.Connection[Any], history: list[Step]
) -> None:
    by_digests, translating = Published(crm), Published(crm)
    for step in history:
        found = list(seen(by_digests, step))
        crm.execute(
            "UPDATE crm.campaign_product SET source_digest = NULL WHERE campaign_id = "
            "(SELECT campaign_id FROM crm.data_source WHERE data_source_id = %s)",
            [translating.data_source_id],
        )
        assert found == list(seen(translating, step))
