"""People whose role is limited to some DAGs see the stores of those DAGs only, wherever they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.crm import data_sources
from tests.support.page_permissions import LEAST_ROLE
from tests.support.page_visitors import MOUNT

HIDDEN, NAME = "coffee1", "Hidden Coffee"
READS = sorted(rule for rule in LEAST_ROLE if rule.startswith("GET "))


@pytest.fixture
def limited(crm: Any, visitor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody who may do everything, but cannot see the DAG of one of two stores."""
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name) VALUES (%s, %s), ('tea1', 'Visible Tea')",
        [HIDDEN, NAME],
    )
    crm.commit()
    allowed = SimpleAuthManager.is_authorized_dag

    def is_authorized_dag(manager: Any, *, details: Any = None, **options: Any) -> bool:
        is_hidden = details is not None and str(details.id).endswith(f"__{HIDDEN}")
        return not is_hidden and allowed(manager, details=details, **options)

    monkeypatch.setattr(SimpleAuthManager, "is_authorized_dag", is_authorized_dag)
    return visitor("admin")


@pytest.mark.parametrize("path", ["", "api/data-sources"])
def test_lists_show_the_other_stores_only(limited: Any, path: str) -> None:
    shown = limited.get(path).text
    assert "tea1" in shown
    assert HIDDEN not in shown


@pytest.mark.parametrize("rule", READS)
def test_hidden_store_appears_nowhere(limited: Any, rule: str) -> None:
    path = rule.removeprefix("GET /")
    for name in ("order_id", "sync_run_id", "campaign_product_id", "variant_detail_id"):
        path = path.replace(f"{{{name}}}", "1")
    path = path.replace("{run_id}", "manual__1").replace("{store}", HIDDEN)
    answer = limited.get(path)
    assert NAME not in answer.text
    if "{store}" in rule:
        assert answer.status_code == 404
        assert limited.get(path.replace(HIDDEN, "nobody1")).status_code == 404


CUSTOMER = "Hidden Customer"


@pytest.fixture
def orders(limited: Any, crm: Any, add: Any, order: Any, ledger_row: Any) -> dict[str, int]:
    """A rejected order of each store, for the same reason; their ids by store hash."""
    ids = {}
    for store_hash, name in (("tea1", "Visible Customer"), (HIDDEN, CUSTOMER)):
        campaign = add("campaign", name=store_hash, currency_code="USD")["campaign_id"]
        crm.execute(
            "UPDATE crm.data_source SET campaign_id = %s WHERE store_hash = %s", [campaign, store_hash]
        )
        source = data_sources.required(crm, store_hash)
        ids[store_hash] = order(source, name=name)
        ledger_row(source, ids[store_hash], "rejected")
    crm.commit()
    return ids


@pytest.mark.parametrize("path", ["orders", "api/orders", "api/orders.csv"])
@pytest.mark.parametrize(
    "filters", [{}, {"state": "rejected"}, {"customer": "Hidden"}, {"search": "2"}, {"search": "crm-2"}]
)
def test_orders_of_all_stores_are_those_of_visible_stores(
    limited: Any, orders: dict[str, int], path: str, filters: dict[str, str]
) -> None:
    answer = limited.get(path, **filters)
    assert answer.status_code == 200
    assert CUSTOMER not in answer.text
    assert HIDDEN not in answer.text
    narrow = {"customer", "search"} & filters.keys()
    assert ("Visible Customer" in answer.text) == (not narrow)


@pytest.mark.parametrize("path", ["orders", "api/orders", "api/orders.csv", "api/orders/groups"])
def test_orders_of_a_hidden_store_cannot_be_filtered_for(
    limited: Any, orders: dict[str, int], path: str
) -> None:
    assert limited.get(path, store=HIDDEN).status_code == 404


def test_reasons_of_all_stores_count_visible_orders_only(limited: Any, orders: dict[str, int]) -> None:
    [group] = limited.get("api/orders/groups").json()
    assert (group["number"], group["stores"]) == (1, 1)


@pytest.mark.parametrize("chosen", [{"all": True}, {"order_ids": [1, 2]}])
def test_orders_of_a_hidden_store_are_not_retried(
    limited: Any, crm: Any, orders: dict[str, int], chosen: dict[str, Any]
) -> None:
    answer = limited.client.post(
        f"{MOUNT}/api/orders/retry", json=chosen, headers={"X-Requested-With": "page"}
    )
    assert answer.json()["order_ids"] == [orders["tea1"]]
    states = crm.execute("SELECT order_id, state FROM crm.order_push ORDER BY order_id").fetchall()
    assert states == [(1, "pending"), (2, "rejected")]


def test_form_of_a_hidden_store_is_not_filled_in(limited: Any) -> None:
    answer = limited.get("activate", store=HIDDEN)
    assert (answer.status_code, NAME in answer.text) == (404, False)


@pytest.mark.parametrize(
    "action", [f"{HIDDEN}/deactivate", f"{HIDDEN}/syncs", f"{HIDDEN}/orders/retry", f"{HIDDEN}/order-pushes"]
)
def test_hidden_store_cannot_be_changed(limited: Any, action: str) -> None:
    answer = limited.post(action)
    assert answer.status_code in (403, 404)
    assert NAME not in answer.text
