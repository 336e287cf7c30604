"""The overview of one store: its key figures, its charts, and who did what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from include.airflow_metadata import record_audit
from include.crm.data_sources import DataSource
from tests.support.page_visitors import Visitor

pytestmark = pytest.mark.usefixtures("in_airflow")
NOW = datetime.now(timezone.utc)
DAG = "bigcommerce_product_sync__tea1"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def tea(source: Callable[..., DataSource], crm: Any) -> DataSource:
    found = source("tea1")
    crm.commit()
    return found


@pytest.fixture
def sync(tea: DataSource, add: Any, crm: Any) -> Callable[..., int]:
    """A Completed sync that was requested so many days ago and took a minute; its id."""

    def sync(days_ago: float, **columns: Any) -> int:
        at = NOW - timedelta(days=days_ago)
        plain = {
            "data_source_id": tea.data_source_id,
            "trigger": "scheduled",
            "status": "Completed",
            "submitted_at": at,
            "started_at": at,
            "published_at": at,
            "finished_at": at + timedelta(seconds=65),
            "summary": "3 products, 6 variants: nothing changed",
            "counts": Jsonb({"products": 3, "variants": 6, "custom_fields_written": 4}),
        }
        row = add("sync_run", **{**plain, **columns})
        crm.commit()
        return int(row["sync_run_id"])

    return sync


def test_new_store_says_what_will_be_here(tea: DataSource, viewer: Visitor) -> None:
    page = viewer.read("tea1")
    for sentence in (
        "Orders that are pushed or rejected appear here",
        "Syncs that are completed or fail appear here",
        "How long a completed sync takes appears here",
        "The number of products and variants appears here after the first sync.",
        "Syncs, changed settings, new access tokens, override prices and retried orders appear here",
    ):
        assert sentence in page
    assert "Next sync not scheduled" in page


def test_charts_show_the_last_thirty_days_and_the_same_as_tables(
    tea: DataSource, sync: Callable[..., int], order: Any, ledger_row: Any, crm: Any, viewer: Visitor
) -> None:
    sync(40, counts=Jsonb({"products": 999, "variants": 999}))
    sync(2)
    sync(1, status="Failed", error="The store is unavailable.", published_at=None, counts=Jsonb({}))
    sync(0.001)
    for state, days in (("pushed", 1), ("pushed", 1), ("rejected", 1), ("pushed", 45)):
        ledger_row(tea, order(tea), state, updated_at=NOW - timedelta(days=days))
    crm.commit()
    page = viewer.read("tea1")
    assert "Orders 2 pushed, 1 rejected" in page
    assert "Syncs 2 completed, 1 failed" in page
    assert "Sync duration daily median; at most 1 min 5 s" in page
    assert "Products and variants 3 products, 6 variants" in page
    assert "999" not in page
    yesterday = NOW - timedelta(days=1)
    assert f"{yesterday:%b} {yesterday.day}: 2 pushed, 1 rejected" in page
    assert f"{yesterday:%Y-%m-%d} 2 1" in page
    assert "Override prices 0" in page
    assert "Orders pushed 2 in 30 days" in page
    assert "Custom fields written 4" in page
    assert "style=" not in viewer.get("tea1").text  # the Content-Security-Policy allows none


def test_activity_names_who_did_what_newest_first(
    tea: DataSource, sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync(1, trigger="manual", started_by="Ada")
    record_audit("bigcommerce.sync", "Ada", DAG, {})  # the sync itself is listed, not its request
    record_audit("bigcommerce.activate", "Ada", DAG, {"access_token": "entered"})
    changes = {
        "auto_sync": {"before": "", "after": "60"},
        "send_initial_orders": {"before": False, "after": True},
        "send_order_status": {"before": "11", "after": "10"},
    }
    record_audit("bigcommerce.update", "Grace", DAG, {"access_token": "entered", "changes": changes})
    price = {"variant_detail_id": 7, "sku": "T-1", "name": "Tea", "price_before": None, "price": "9.50"}
    record_audit("bigcommerce.override_price", EVIL, DAG, price)
    record_audit(
        "bigcommerce.retry_orders", "Grace", "bigcommerce_order_push", {"store": "tea1", "number": 3}
    )
    record_audit("bigcommerce.retry_orders", "Eve", "bigcommerce_order_push", {"store": "tea12", "number": 9})
    record_audit("patch_dag", "Linus", DAG, {"is_paused": True})
    record_audit("bigcommerce.change_prices", "Ada", DAG, {"title": "May.csv", "changes": 50})
    record_audit("bigcommerce.pause", "Linus", DAG, {})
    record_audit("bigcommerce.dismiss_orders", "Linus", DAG, {})
    record_audit("running", "airflow", DAG, {})
    for path in ("tea1", "tea1/activity"):
        page = viewer.read(path)
        told = [
            "Linus Dismiss orders",
            "Linus Paused the store",
            "Ada Changed 50 prices: May.csv",
            "Linus Paused the DAG in Airflow",
            "Grace Retried 3 orders",
            f"{EVIL} Overrode the price of T-1 Override price: synced price → 9.50",
            "Grace Changed settings and entered a new access token",
            "Ada Activated the store",
            f"Ada Sync {run} Completed",
        ]
        assert [page.index(each) for each in told] == sorted(page.index(each) for each in told)
        assert "Automatic sync: none → 60" in page
        assert "Send initial orders: off → on" in page
        assert "Awaiting Fulfillment → Completed" in page
        assert "Eve" not in page
        assert EVIL not in viewer.get(path).text
    found = viewer.get("api/data-sources/tea1/activity").json()
    assert [each["who"] for each in found["activities"]][-2:] == ["Ada", "Ada"]
    assert found["activities"][-1]["sync_run_id"] == run


def test_pages_of_activity_follow_each_other(
    tea: DataSource, sync: Callable[..., int], viewer: Visitor
) -> None:
    runs = [sync(days) for days in range(60, 0, -1)]
    seen: list[int] = []
    following = None
    while following is not None or not seen:
        before = {} if following is None else {"before": following}
        answer = viewer.get("api/data-sources/tea1/activity", limit=25, **before).json()
        seen += [each["sync_run_id"] for each in answer["activities"]]
        following = answer["next"]
    assert seen == runs[::-1]
    assert "All activity" in viewer.read("tea1")
    assert "Older activity" in viewer.read("tea1/activity")
    assert "There is no older activity." in viewer.read("tea1/activity", before=1)
    assert viewer.get("tea1/activity", before=10**18).status_code == 404


def test_changed_setting_is_recorded_with_its_value_before_and_after(
    tea: DataSource, visitor: Callable[..., Visitor], in_airflow: Any
) -> None:
    answer = visitor("op").client.patch(
        "/data-sources/api/data-sources/tea1", json={"auto_sync": "120"}, headers={"X-Requested-With": "page"}
    )
    assert answer.status_code == 200, answer.text
    (entry,) = in_airflow("SELECT extra FROM log WHERE event = 'bigcommerce.update'")
    assert json.loads(entry["extra"]) == {"changes": {"auto_sync": {"before": "", "after": "120"}}}
    assert "a op Changed settings Automatic sync: none → 120" in visitor("viewer").read("tea1/activity")
