"""People whose role is limited to some DAGs see the stores of those DAGs only, wherever they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.page_permissions import LEAST_ROLE

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
