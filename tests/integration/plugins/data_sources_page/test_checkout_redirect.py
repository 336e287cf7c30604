"""The page Checkout redirect, its API, and what saving settings says about the script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest

from include.sandbox import Sandbox, serve
from plugins.data_sources_page.dependencies import may_contact_store

TOKEN = "recognisable-token-0815"
TEA = "tea"
PAGE = f"{TEA}/checkout-redirect"
ON = {"checkout_url": "https://checkout.example.com/buy", "checkout_redirect": True}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A store that accepts TOKEN."""
    with serve(Sandbox(products=3, variants=1, token=TOKEN, store_hash=TEA)) as store:
        yield store


@pytest.fixture
def op(
    visitor: Callable[..., Any], in_airflow: Callable[..., Any], crm: Any, sandbox: Sandbox, snapshot: Any
) -> Any:
    """Someone who may edit Connections, and has activated the store."""
    in_airflow("TRUNCATE connection, dag_priority_parsing_request CASCADE")
    visitor = visitor("op")
    made = visitor.post("", {"store_hash": TEA, "access_token": TOKEN, "base_url": sandbox.base_url})
    assert made.status_code == 201, made.text
    assert "redirect" not in made.json()["message"]
    return visitor


def save(op: Any, **changes: object) -> Any:
    return op.client.patch(
        f"/data-sources/api/data-sources/{TEA}", json=changes, headers={"X-Requested-With": "page"}
    )


def test_saving_installs_the_script_and_the_page_shows_it(op: Any, viewer: Any, sandbox: Sandbox) -> None:
    assert "Off Shoppers pay in BigCommerce's own checkout." in op.read(PAGE)
    saved = save(op, **ON)
    assert saved.json()["message"].endswith("The redirect script is on all pages of the store.")
    [script] = sandbox.scripts.all()
    text = viewer.read(PAGE)
    assert "Script in the store Installed The redirect script is on all pages" in text
    assert "Repair" not in text
    shown = re.findall(r"<textarea[^>]*>(.*?)</textarea>", viewer.get(PAGE).text, re.DOTALL)
    assert [unescape(each) for each in shown] == [script.html]
    answer = viewer.get(f"api/data-sources/{PAGE}").json()
    assert (answer["state"], answer["script"]) == ("installed", script.html)


def test_redirect_without_readable_fields_or_address_is_refused_beside_the_settings(op: Any) -> None:
    refused = save(op, checkout_redirect=True, custom_field_permission_set="read")
    assert refused.status_code == 422
    assert refused.json()["problems"].keys() == {"checkout_url", "checkout_redirect"}


def test_script_that_the_merchant_removed_is_seen_and_repaired(op: Any, sandbox: Sandbox) -> None:
    save(op, **ON)
    sandbox.scripts.remove_all()
    checked = op.post(f"{PAGE}/check").json()
    assert (
        checked["message"]
        == "Somebody removed the redirect script in BigCommerce, so no shopper is redirected."
    )
    assert "Removed by the merchant" in op.read(PAGE)
    assert 'id="repair"' in op.get(PAGE).text
    assert op.post(f"{PAGE}/repair").json()["state"] == "installed"
    assert len(sandbox.scripts.all()) == 1
    assert "Repaired the checkout redirect" in op.read(f"{TEA}/activity")


def test_check_that_fails_says_why_and_keeps_what_is_known(op: Any, sandbox: Sandbox) -> None:
    save(op, **ON)
    sandbox.access.revoke_token()
    answer = op.post(f"{PAGE}/check")
    assert answer.status_code == 409
    assert "rejected the access token" in answer.json()["detail"]
    assert "Installed" in op.read(PAGE)


def test_deactivation_that_leaves_the_script_behind_says_so(op: Any, sandbox: Sandbox) -> None:
    save(op, **ON)
    sandbox.access.revoke_token()
    answer = op.post(f"{TEA}/deactivate")
    assert answer.json()["state"] == "inactive"
    assert "Delete it in BigCommerce under Storefront > Script Manager." in answer.json()["message"]
    assert "Still in the store" in op.read(PAGE)
    assert op.post(f"{PAGE}/repair").status_code == 409


def test_deactivation_is_not_refused_while_other_stores_are_contacted(op: Any, sandbox: Sandbox) -> None:
    save(op, **ON)
    with contextmanager(may_contact_store)(), contextmanager(may_contact_store)():
        assert op.post(f"{PAGE}/check").status_code == 503
        answer = op.post(f"{TEA}/deactivate")
    assert (answer.status_code, answer.json()["state"]) == (200, "inactive")
    assert sandbox.scripts.all() == []


def test_store_whose_redirect_is_off_has_nothing_to_repair(op: Any) -> None:
    answer = op.post(f"{PAGE}/repair")
    assert (answer.status_code, answer.json()["detail"].split(".")[0]) == (
        409,
        "The checkout redirect of Sandbox Store is off",
    )


def test_scope_that_is_missing_leads_to_copying_by_hand(op: Any, sandbox: Sandbox) -> None:
    sandbox.access.drop_scope("store_v2_content")
    message = save(op, **ON).json()["message"]
    assert '"Content: modify" (store_v2_content)' in message
    assert "Unknown" in op.read(PAGE)
