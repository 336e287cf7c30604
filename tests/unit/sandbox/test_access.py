"""The token and its scopes, in the error shapes of V3 and V2."""

from __future__ import annotations

import pytest

from tests.support.sandbox_client import BATCH, PRODUCTS, metafield
from tests.support.sandbox_visits import Visit


@pytest.mark.parametrize("token", ["wrong", "", None])
def test_a_wrong_token_is_refused_with_401(visit: Visit, token: str | None) -> None:
    store = visit()
    store.session.headers["X-Auth-Token"] = token  # type: ignore[assignment]
    refused = store.get(PRODUCTS)
    assert (refused.status_code, refused.json()["status"], refused.json()["title"]) == (
        401,
        401,
        "Unauthorized",
    )
    refused = store.get("/v2/store")
    assert (refused.status_code, refused.json()[0]["status"]) == (401, 401)


def test_a_revoked_token_stays_refused_until_a_new_one_is_issued(visit: Visit) -> None:
    store = visit()
    store.sandbox.access.revoke_token()
    assert store.get(PRODUCTS).status_code == 401
    new = store.sandbox.access.renew_token()
    assert store.get(PRODUCTS).status_code == 401
    store.session.headers["X-Auth-Token"] = new
    assert store.get(PRODUCTS).status_code == 200


def test_reading_needs_the_read_only_scope_and_writing_the_other(visit: Visit) -> None:
    store = visit(scopes=["store_v2_products_read_only"])
    assert store.get(PRODUCTS).status_code == 200
    assert store.get(BATCH).status_code == 200
    refused = store.send("POST", BATCH, json=[metafield(1001)])
    assert refused.status_code == 403
    assert refused.json()["errors"] == {"scope": "store_v2_products"}
    refused = store.get("/v2/store")
    assert (refused.status_code, refused.json()[0]["status"]) == (403, 403)


def test_a_dropped_scope_is_gone_until_it_is_granted(visit: Visit) -> None:
    store = visit()
    store.sandbox.access.drop_scope("store_v2_information")
    assert (store.get("/v2/store").status_code, store.get(PRODUCTS).status_code) == (403, 200)
    store.sandbox.access.grant_scope("store_v2_information")
    assert store.get("/v2/store").status_code == 200
    with pytest.raises(KeyError):
        store.sandbox.access.drop_scope("store_v2_dreams")


def test_another_store_hash_is_answered_403_as_a_missing_scope_is(visit: Visit) -> None:
    store = visit()
    store.sandbox.store_hash = "another"
    address = f"{store.sandbox.base_url}/stores/sandbox1/v2/store"
    refused = store.session.get(address, timeout=5)
    assert refused.status_code == 403
    assert refused.json()[0]["message"] == "You don't have a required scope to access the endpoint"


def test_the_token_of_another_store_is_answered_403_and_an_unknown_one_401(visit: Visit) -> None:
    store = visit()
    store.steer("POST", "/access/add_token_of_another_store", token="theirs")
    answers = [
        store.send("GET", PRODUCTS, headers={"X-Auth-Token": token}).status_code
        for token in ("theirs", "nobody's", store.sandbox.token)
    ]
    assert answers == [403, 401, 200]
