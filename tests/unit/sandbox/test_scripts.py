"""The Scripts API, and what the merchant does in Script Manager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from include.sandbox import Refusal, Sandbox
from include.sandbox.storefront.scripts import MOST_PER_APP
from tests.support.official_contract import Contract
from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit

SCRIPTS = "/v3/content/scripts"
UNKNOWN = f"{SCRIPTS}/03805148-a592-4803-9482-e91fe5c1be12"


def inline(**changes: Any) -> dict[str, Any]:
    """An essential inline script."""
    html = "<script>console.log(1)</script>"
    return {
        "name": "Redirect",
        "kind": "script_tag",
        "html": html,
        "consent_category": "essential",
        **changes,
    }


def external(**changes: Any) -> dict[str, Any]:
    """A script with an address."""
    return {"name": "Library", "kind": "src", "src": "https://example.com/library.js", **changes}


def created(store: SandboxClient, item: dict[str, Any]) -> dict[str, Any]:
    """The new script."""
    response = store.send("POST", SCRIPTS, json=item)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def refused(response: requests.Response) -> tuple[int, dict[str, str]]:
    """Status and errors."""
    return response.status_code, response.json()["errors"]


def test_every_answer_matches_the_official_file(visit: Visit, contract: Contract) -> None:
    store = visit()
    made = store.send("POST", SCRIPTS, json=inline(visibility="all_pages", location="footer", channel_id=1))
    one = f"{SCRIPTS}/{made.json()['data']['uuid']}"
    answers = [
        (made, 200),
        (store.send("POST", SCRIPTS, json=external(load_method="defer", integrity_hashes=["sha384-x"])), 200),
        (store.send("POST", SCRIPTS, json={"name": ""}), 422),
        (store.get(SCRIPTS, sort="name", direction="desc", limit=1, page=2, **{"channel_id:in": "1,2"}), 200),
        (store.get(one), 200),
        (store.send("PUT", one, json={"enabled": False}), 200),
        (store.send("PUT", one, json={"location": "middle"}), 422),
        (store.send("DELETE", one), 204),
        (store.get(one), 404),
        (store.send("PUT", one, json={"enabled": False}), 404),
        (store.send("DELETE", one), 404),
    ]
    for response, status in answers:
        assert (response.request.method, response.status_code) == (response.request.method, status)
        contract.check_response(response)
    bodies = [request for request in store.sandbox.requests if request.status == 200]
    contract.check_requests(bodies)


def test_a_new_script_has_the_defaults_and_belongs_to_the_app(visit: Visit) -> None:
    script = created(visit(), external())
    assert (script["enabled"], script["channel_id"], script["consent_category"]) == (True, 1, "unknown")
    assert (script["load_method"], script["location"], script["visibility"]) == (
        "default",
        "head",
        "storefront",
    )
    assert script["api_client_id"]
    assert "html" not in script


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"kind": "src", "src": "https://example.com/a.js"}, "script"),
        (inline(name="N" * 256), "script"),
        (inline(location="middle"), "script"),
        (inline(visibility="blog"), "script"),
        (inline(html="<script>" + "x" * 65536 + "</script>"), "script"),
        (inline(html="console.log(1)"), "html"),
        (inline(html="<script></script><script></script>"), "html"),
        (inline(html=""), "html"),
        (inline(load_method="async"), "load_method"),
        (inline(src="https://example.com/a.js"), "src"),
        (external(html="<script></script>"), "html"),
        (inline(consent_category="unknown"), "consent_category"),
        (inline(channel_id=0), "script"),
        (inline(channel_id=7), "channel_id"),
        (external(integrity_hashes=["sha384-x"] * 6), "script"),
    ],
)
def test_an_invalid_script_is_refused_and_its_field_is_named(
    visit: Visit, item: dict[str, Any], field: str
) -> None:
    store = visit()
    status, errors = refused(store.send("POST", SCRIPTS, json=item))
    assert (status, list(errors)) == (422, [field])
    assert store.get(SCRIPTS).json()["data"] == []


def test_an_update_changes_only_what_it_names(visit: Visit) -> None:
    store = visit()
    old = created(store, inline(description="First"))
    path = f"{SCRIPTS}/{old['uuid']}"
    new = store.send("PUT", path, json={"html": "<script>2</script>"}).json()["data"]
    assert new == {**old, "html": "<script>2</script>", "date_modified": new["date_modified"]}
    turned = store.send("PUT", path, json={"kind": "src", "src": "https://example.com/a.js"}).json()["data"]
    assert "html" not in turned


def test_an_app_has_at_most_ten_scripts_and_the_merchant_any_number(visit: Visit) -> None:
    store = visit()
    for number in range(MOST_PER_APP):
        store.sandbox.scripts.add_by_hand(**external(name=f"By hand {number}"))
        created(store, inline())
    assert refused(store.send("POST", SCRIPTS, json=inline()))[0] == 422
    assert len(store.get(SCRIPTS).json()["data"]) == MOST_PER_APP


def test_a_token_without_the_content_scope_is_refused(visit: Visit) -> None:
    store = visit(scopes=["store_v2_content_read_only"])
    assert store.get(SCRIPTS).status_code == 200
    assert refused(store.send("POST", SCRIPTS, json=inline())) == (403, {"scope": "store_v2_content"})
    store.sandbox.access.drop_scope("store_v2_content")
    assert refused(store.get(SCRIPTS)) == (403, {"scope": "store_v2_content_read_only"})


@pytest.mark.parametrize("visibility", ["all_pages", "checkout"])
def test_scripts_on_checkout_pages_need_the_scope_for_checkout_content(visit: Visit, visibility: str) -> None:
    store = visit(scopes=["store_v2_content"])
    lacking = (403, {"scope": "store_content_checkout"})
    assert refused(store.send("POST", SCRIPTS, json=inline(visibility=visibility))) == lacking
    path = f"{SCRIPTS}/{created(store, inline())['uuid']}"
    assert refused(store.send("PUT", path, json={"visibility": visibility})) == lacking
    store.sandbox.access.grant_scope("store_content_checkout")
    assert store.send("PUT", path, json={"visibility": visibility}).status_code == 200
    store.sandbox.access.drop_scope("store_content_checkout")
    assert refused(store.send("DELETE", path)) == lacking


def test_an_app_sees_only_its_own_scripts(visit: Visit) -> None:
    store = visit()
    theirs = store.steer("POST", "/scripts/add_by_hand", **external()).json()
    assert theirs["api_client_id"] == ""
    assert store.get(SCRIPTS).json()["data"] == []
    for method in ("GET", "PUT", "DELETE"):
        assert store.send(method, f"{SCRIPTS}/{theirs['uuid']}", json={}).status_code == 404
    assert store.get(UNKNOWN).status_code == 404


def test_the_merchant_changes_and_deletes_any_script(visit: Visit) -> None:
    store = visit()
    path = f"{SCRIPTS}/{created(store, inline())['uuid']}"
    script_uuid = path.rpartition("/")[2]
    store.steer("POST", "/scripts/change", script_uuid=script_uuid, consent_category="targeting")
    assert store.get(path).json()["data"]["consent_category"] == "targeting"
    store.steer("POST", "/scripts/remove", script_uuid=script_uuid)
    assert store.get(path).status_code == 404


def test_scripts_survive_a_restart_of_the_store(tmp_path: Path) -> None:
    first = Sandbox(products=1)
    first.scripts.keep_in(tmp_path / "scripts")
    gone = first.scripts.create(inline())
    kept = first.scripts.create(inline(name="Kept"))
    first.scripts.update(kept.uuid, {"enabled": False})
    first.scripts.delete(gone.uuid)
    second = Sandbox(products=1)
    second.scripts.keep_in(tmp_path / "scripts")
    assert second.scripts.all() == first.scripts.all()
    with pytest.raises(Refusal):
        second.scripts.get(gone.uuid)


def test_an_unknown_parameter_is_refused(visit: Visit) -> None:
    store = visit()
    for query in ({"colour": "red"}, {"sort": "colour"}, {"channel_id:in": "one"}):
        assert store.get(SCRIPTS, **query).status_code == 422
