"""Many stores at one address."""

from __future__ import annotations

import requests

from include.sandbox import Sandbox, serve_many
from tests.support.sandbox_client import PRODUCTS, SandboxClient


def test_each_store_has_its_own_catalogue_token_and_log_at_one_address() -> None:
    small = Sandbox(products=2, store_hash="small", token="token-small")
    large = Sandbox(products=5, store_hash="large", token="token-large")
    with serve_many([small, large]) as base_url:
        for store in (small, large):
            visitor = SandboxClient(store)
            listed = visitor.get(PRODUCTS).json()["data"]
            assert [product["id"] for product in listed] == store.catalogue.product_ids
            assert store.requests_seen == 1
        stranger = requests.get(
            f"{base_url}/stores/large{PRODUCTS}", headers={"X-Auth-Token": small.token}, timeout=30
        )
        assert stranger.status_code == 403
        assert requests.get(f"{base_url}/stores/third{PRODUCTS}", timeout=30).status_code == 403
