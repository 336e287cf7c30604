"""The stores of a demo with many."""

from __future__ import annotations

import requests

from include.local.demo_stores import LIMITED_TOKEN, OLD_TOKEN, sandbox_of, stores_of_demo
from include.sandbox import serve_many


def test_more_stores_are_the_same_ones_first() -> None:
    assert stores_of_demo(40)[:29] == stores_of_demo(29)
    assert len({store.store_hash for store in stores_of_demo(40)}) == 40


def test_thirty_stores_have_three_that_fail_for_different_reasons_and_some_of_each_other_kind() -> None:
    stories = [store.story for store in stores_of_demo(29)]
    failing = ("revoked token", "missing scope", "products gone")
    assert [stories.count(story) for story in failing] == [1, 1, 1]
    assert [stories.count(story) for story in ("late", "rejected orders", "paused")] == [2, 3, 1]


def test_stores_refuse_the_old_token_and_name_the_scope_that_the_limited_one_lacks() -> None:
    tea, beans = (sandbox_of(store, "good") for store in stores_of_demo(2))
    with serve_many([tea, beans]) as address:

        def status(token: str, path: str) -> int:
            url = f"{address}/stores/{tea.store_hash}{path}"
            return requests.get(url, headers={"X-Auth-Token": token}, timeout=5).status_code

        assert status("good", "/v3/catalog/products") == 200
        assert status(OLD_TOKEN, "/v2/store") == 401
        assert (status(LIMITED_TOKEN, "/v2/store"), status(LIMITED_TOKEN, "/v3/catalog/products")) == (
            200,
            403,
        )
        name = requests.get(
            f"{address}/stores/{beans.store_hash}/v2/store", headers={"X-Auth-Token": "good"}, timeout=5
        ).json()["name"]
        assert name == "Birch & Bean"
