"""The control panel, for a person who plays the merchant."""

from __future__ import annotations

import pytest
import requests

from include.sandbox import Sandbox, serve
from include.sandbox.store.panel import CHANGES, FULL_STOCK


@pytest.mark.parametrize("change", CHANGES)
def test_every_button_works_and_describes_its_effect(change: str) -> None:
    with serve(Sandbox(products=3, variants=2)) as store:
        page = requests.get(store.base_url, timeout=10)
        assert f'action="/_sandbox/panel/{change}"' in page.text
        done = requests.post(f"{store.base_url}/_sandbox/panel/{change}", timeout=10)
        assert done.status_code == 200, done.text
        assert f"Done. {CHANGES[change].effect}" in done.text.replace("&#39;", "'")
        assert store.requests == []  # none of this is the store's API


def test_restocking_lets_every_variant_be_sold() -> None:
    with serve(Sandbox(products=3, variants=2)) as store:
        requests.post(f"{store.base_url}/_sandbox/panel/restock", timeout=10)
        assert {each.inventory_level for each in store.catalogue.all_variants()} == {FULL_STOCK}


def test_a_foreign_page_cannot_press_a_button() -> None:
    with serve(Sandbox(products=3, variants=2)) as store:
        url = f"{store.base_url}/_sandbox/panel/remove"
        refused = requests.post(url, headers={"Origin": "https://evil.example"}, timeout=10)
        assert refused.status_code == 403
        own = requests.post(url, headers={"Origin": store.base_url}, timeout=10)
        assert own.status_code == 200
        assert len(store.catalogue.product_ids) == 2


def test_failing_orders_ends_when_the_store_becomes_available_again() -> None:
    with serve(Sandbox(products=3, variants=2)) as store:
        for change, struck in (("fail-orders", True), ("available", False)):
            requests.post(f"{store.base_url}/_sandbox/panel/{change}", timeout=10)
            assert bool(store.faults.strike("POST", "/v2/orders", b"{}")) is struck


def test_a_required_choice_can_be_added_to_the_first_product() -> None:
    with serve(Sandbox(products=3, variants=2)) as store:
        requests.post(f"{store.base_url}/_sandbox/panel/require-choice", timeout=10)
        [modifier] = store.catalogue.entry(store.catalogue.product_ids[0]).modifiers
        assert (modifier.display_name, modifier.required) == ("Gift box", True)
