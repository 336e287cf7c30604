"""Whatever hints arrive and wherever a run dies: a full sync then gives what it gives alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include.crm import change_hints
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps as product_sync
from include.sandbox import Catalogue
from include.store_changes import steps
from tests.support.hints import due_products
from tests.support.shop import Shop

Store = Callable[..., Shop]
Step = tuple[Any, ...]
PRODUCTS = 6


class Killed(BaseException):
    """The process is killed: nothing of it can react."""


@contextmanager
def killed_at(commit: int | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kill what runs at its nth commit, before Postgres has it."""
    commits = 0
    original = psycopg.Connection.commit

    def counting(connection: psycopg.Connection[Any]) -> None:
        nonlocal commits
        commits += 1
        if commits == commit:
            connection.close()  # as the server sees it
            raise Killed
        original(connection)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Connection, "commit", counting)
        with suppress(Killed):
            yield


def change(catalogue: Catalogue, kind: str, place: int, number: int) -> int | None:
    """Change one product, the same way in every catalogue; its id."""
    ids = catalogue.product_ids
    chosen = ids[place % len(ids)]
    variants = catalogue.variants(chosen)
    if kind == "name":
        catalogue.change_product(chosen, name=f"Name {number}")
    elif kind == "price":
        catalogue.set_price(variants[number % len(variants)].id, f"{number}.50")
    elif kind == "hidden":
        catalogue.change_product(chosen, is_visible=bool(number % 2))
    elif kind == "untranslated":
        catalogue.change_product(chosen, description=f"Text {number}")
    elif kind == "new variant":
        catalogue.add_variant(chosen, sku=f"SKU-{number}")
    elif kind == "variant gone" and len(variants) > 1:
        catalogue.remove_variant(variants[0].id)
    elif kind == "recreated":
        catalogue.recreate_variants(chosen)
    elif kind == "new product":
        return catalogue.add_product(f"New {number}", [{"sku": f"NEW-{number}"}]).product.id
    elif kind == "product gone" and len(ids) > 1:
        catalogue.remove_product(chosen)
    return chosen


KINDS = (
    *("name", "price", "hidden", "untranslated", "new variant", "variant gone", "recreated"),
    *("new product", "product gone"),
)
changes = st.tuples(
    st.just("change"),
    st.sampled_from(KINDS),
    st.integers(0, 20),
    # how often its hint is delivered, and after how many further steps
    st.lists(st.integers(0, 3), max_size=2),
)
runs = st.tuples(st.just("run"), st.none() | st.integers(1, 20))
full_syncs = st.tuples(st.just("full"), changes)


class History:
    """A shop whose hints are followed, beside one that knows only full syncs."""

    def __init__(self, hinted: Shop, plain: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hinted, self.plain = hinted, plain
        self.monkeypatch = monkeypatch
        self.number = 0
        self.late: list[tuple[int, int, str]] = []

    def play(self, history: list[Step]) -> None:
        for place, step in enumerate(history):
            for due, product_id, event in self.late:
                if due == place:
                    self.hint(product_id, event)
            if step[0] == "change":
                self.change(place, step)
            elif step[0] == "run":
                with killed_at(step[1], self.monkeypatch):
                    steps.follow(self.hinted.sandbox.store_hash)
            else:
                self.full_sync_during(place, step[1])

    def change(self, place: int, step: Step) -> None:
        _, kind, at, deliveries = step
        self.number += 1
        found = {change(shop.sandbox.catalogue, kind, at, self.number) for shop in (self.hinted, self.plain)}
        (product_id,) = found
        for delay in deliveries:
            event = f"event {self.number}"
            if delay == 0:
                self.hint(product_id or 1, event)
            else:
                self.late.append((place + delay, product_id or 1, event))

    def hint(self, product_id: int, event: str) -> None:
        change_hints.keep(self.hinted.crm, self.hinted.source.data_source_id, "product", product_id, event)
        self.hinted.crm.commit()

    def full_sync_during(self, place: int, step: Step) -> None:
        """A full sync between whose steps something changes, and a run looks whether it can work."""
        run = self.hinted.begin(DagRunReference("its DAG", f"run {place}"), allow_mass_removal=True)
        product_sync.extract(run)
        self.change(place, step)
        steps.follow(self.hinted.sandbox.store_hash)
        product_sync.load(run)
        product_sync.write_back(run)


def sold(shop: Shop) -> list[dict[str, Any]]:
    """What the campaign sells, without our ids and override prices."""
    return shop.rows(
        """SELECT bigcommerce_product_id, product.name, product.sku, is_visible, bigcommerce_variant_id,
                  variant.sku AS variant_sku, variant.name AS variant_name, options, price, compare_at_price,
                  purchasing_disabled
           FROM crm.campaign_product product
           JOIN crm.campaign_product_variant variant USING (campaign_product_id)
           WHERE campaign_id = %s AND product.removed_at IS NULL AND variant.removed_at IS NULL
           ORDER BY bigcommerce_product_id, bigcommerce_variant_id""",
        shop.source.campaign_id,
    )


def override_prices(shop: Shop) -> dict[int, Any]:
    """The override price of each BigCommerce variant that has one."""
    rows = shop.rows(
        """SELECT bigcommerce_variant_id, override_price
           FROM crm.campaign_product_variant variant JOIN crm.campaign_product USING (campaign_product_id)
           WHERE campaign_id = %s AND variant.removed_at IS NULL AND override_price IS NOT NULL""",
        shop.source.campaign_id,
    )
    return {row["bigcommerce_variant_id"]: row["override_price"] for row in rows}


@pytest.fixture
def shops(store: Store) -> tuple[Shop, Shop]:
    """Two stores that are alike, both synced, all of whose variants have override prices."""
    found = tuple(
        store(products=PRODUCTS, variants=2, store_hash=store_hash) for store_hash in ("hinted1", "plain1")
    )
    for shop in found:
        shop.sync()
    found[0].change("UPDATE crm.campaign_product_variant SET override_price = variant_detail_id + 1")
    return found  # type: ignore[return-value]


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(st.one_of(changes, changes, runs, full_syncs), max_size=9))
@example(
    history=[("change", "name", 0, [0, 0]), ("run", 5), ("change", "product gone", 0, [1]), ("run", None)]
)
@example(history=[("change", "recreated", 1, [0]), ("run", 9), ("full", ("change", "new variant", 1, [0]))])
@example(history=[("change", "new product", 1, [0]), *(("run", number) for number in range(1, 21))])
def test_full_sync_after_any_hints_gives_what_it_gives_alone(
    shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch, history: list[Step]
) -> None:
    hinted, plain = shops
    before = override_prices(hinted)
    History(hinted, plain, monkeypatch).play(history)
    last_known = due_products(hinted)
    for shop in shops:
        shop.sync(allow_mass_removal=True)
    assert sold(hinted) == sold(plain)
    after = override_prices(hinted)
    still_sold = {row["bigcommerce_variant_id"] for row in sold(hinted)}
    assert {each: before[each] for each in before if each in still_sold}.items() <= after.items()
    values = hinted.rows(
        """SELECT bigcommerce_variant_id, campaign_product_id || '.' || variant_detail_id AS value
           FROM crm.campaign_product_variant variant JOIN crm.campaign_product USING (campaign_product_id)
           WHERE campaign_id = %s AND variant.removed_at IS NULL""",
        hinted.source.campaign_id,
    )
    assert hinted.fields_in_store() == {row["bigcommerce_variant_id"]: row["value"] for row in values}
    assert due_products(hinted) == [], f"{last_known} are settled by the full sync"
    hinted.sandbox.requests.clear()
    steps.follow(hinted.sandbox.store_hash)
    assert hinted.sandbox.requests == []


def test_run_that_is_killed_anywhere_is_repeated_by_the_next(
    shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any full sync: each hint is followed in the end."""
    hinted, _ = shops
    catalogue = hinted.sandbox.catalogue
    chosen = catalogue.product_ids[0]
    for commit in range(1, 16):
        catalogue.change_product(chosen, name=f"Name {commit}")
        catalogue.add_variant(chosen, sku=f"SKU-{commit}")
        change_hints.keep(hinted.crm, hinted.source.data_source_id, "product", chosen, f"commit {commit}")
        hinted.crm.commit()
        with killed_at(commit, monkeypatch):
            steps.follow(hinted.sandbox.store_hash)
        steps.follow(hinted.sandbox.store_hash)
        assert f"Name {commit}" in {row["name"] for row in sold(hinted)}
        assert due_products(hinted) == []
    assert len(hinted.fields_in_store()) == hinted.sandbox.catalogue.variant_count
