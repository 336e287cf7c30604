"""What counts as wrong, asked of a real database: sql/queries/monitoring/problems.sql."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm import data_sources, order_ledger
from include.crm.data_sources import DataSource
from include.data_sources.status import Overview
from include.monitoring.problems import Trouble, read_troubles

_now = datetime.now(timezone.utc)
Add = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _begin() -> None:
    """Each test has a now of its own: a whole run takes longer than the margins here."""
    global _now
    _now = datetime.now(timezone.utc)


def ago(**span: float) -> datetime:
    return _now - timedelta(**span)


@pytest.fixture
def wrong(crm: psycopg.Connection[Any]) -> Callable[..., dict[tuple[str, str], Trouble]]:
    """What is wrong, by store hash and kind; orders are in trouble after an hour."""

    def wrong() -> dict[tuple[str, str], Trouble]:
        return {(each.store_hash, each.kind): each for each in read_troubles(crm, 60)}

    return wrong


@pytest.fixture
def synced(add: Add) -> Callable[..., None]:
    """Adds a sync that ended so long ago."""

    def synced(
        source: DataSource, status: str, error: str = "Away.", hours: float = 1, **columns: Any
    ) -> None:
        if status in ("Completed", "Failed"):
            columns["finished_at"] = ago(hours=hours)
        columns["error"] = error if status == "Failed" else None
        add("sync_run", data_source_id=source.data_source_id, trigger="manual", status=status, **columns)

    return synced


def test_a_store_fails_when_the_last_sync_that_ended_failed(
    source: Callable[..., DataSource], synced: Callable[..., None], wrong: Callable[..., Any]
) -> None:
    tea, coffee, cake = source("tea"), source("coffee"), source("cake")
    for each, statuses in ((tea, ["Completed", "Failed"]), (coffee, ["Failed", "Completed"]), (cake, [])):
        for status in statuses:
            synced(each, status)
    synced(tea, "In Progress")
    synced(tea, "Completed", dry_run=True)
    assert list(wrong()) == [("tea", "sync failing")]
    assert wrong()["tea", "sync failing"].detail == "Away."


def test_late_is_what_the_page_says_is_late(
    crm: psycopg.Connection[Any], source: Callable[..., DataSource], synced: Callable[..., None], wrong: Any
) -> None:
    made = {
        "never": source("never", auto_sync_minutes=60, updated_at=ago(hours=3)),
        "fresh": source("fresh", auto_sync_minutes=60, updated_at=ago(minutes=5)),
        "byhand": source("byhand", updated_at=ago(hours=30)),
        "ontime": source("ontime", auto_sync_minutes=60, updated_at=ago(hours=30)),
        "late": source("late", auto_sync_minutes=60, updated_at=ago(hours=30)),
        "dryrun": source("dryrun", auto_sync_minutes=60, updated_at=ago(hours=30)),
        "cameback": source("cameback", auto_sync_minutes=60, updated_at=ago(minutes=1)),
        "inactive": source("inactive", auto_sync_minutes=60, updated_at=ago(hours=30), state="inactive"),
    }
    synced(made["ontime"], "Completed", hours=1.9)
    synced(made["late"], "Completed", hours=2.1)
    synced(made["cameback"], "Completed", hours=700)
    synced(made["dryrun"], "Completed", hours=2.1)
    synced(made["dryrun"], "Completed", hours=1, dry_run=True)
    completed = data_sources.latest_completed_syncs(crm)
    shown = {
        store_hash
        for store_hash, each in made.items()
        if Overview(each, None, None, completed.get(each.data_source_id), 0, None, {}, []).is_late
    }
    assert shown == {store_hash for store_hash, kind in wrong() if kind == "sync late"}
    assert shown == {"never", "late", "dryrun"}


def test_rejected_orders_are_counted_with_the_reason_of_the_latest(
    source: Callable[..., DataSource], order: Callable[..., int], ledger_row: Add, wrong: Callable[..., Any]
) -> None:
    tea = source("tea")
    first, last = order(tea), order(tea)
    ledger_row(tea, first, "rejected", reason="No stock.", next_step="Restock.", updated_at=ago(hours=2))
    ledger_row(tea, last, "rejected", reason="No address.", next_step="Mend it.", updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "pushed")
    found = wrong()["tea", "orders rejected"]
    assert (found.number, found.since, found.newest) == (2, ago(hours=2), ago(hours=1))
    assert (found.detail, found.next_step) == (f"Order {last}: No address.", "Mend it.")


def test_what_was_decided_this_moment_is_left_to_the_next_look(
    source: Callable[..., DataSource], order: Callable[..., int], ledger_row: Add, wrong: Callable[..., Any]
) -> None:
    tea = source("tea")
    ledger_row(tea, order(tea), "rejected")
    assert wrong() == {}


def test_orders_found_twice_are_not_the_uncertain_ones(
    source: Callable[..., DataSource], order: Callable[..., int], ledger_row: Add, wrong: Callable[..., Any]
) -> None:
    tea = source("tea")
    ledger_row(tea, order(tea), "uncertain", next_attempt_at=None, updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(minutes=61))
    ledger_row(tea, order(tea), "sending", sent_at=ago(minutes=70))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(minutes=59))
    found = wrong()
    assert {kind: each.number for (_, kind), each in found.items()} == {
        "orders found twice": 1,
        "orders uncertain": 2,
    }
    assert found["tea", "orders uncertain"].since == ago(minutes=70)


def test_an_order_waits_for_long_in_the_ledger_and_also_where_no_order_push_runs(
    source: Callable[..., DataSource], order: Callable[..., int], ledger_row: Add, wrong: Callable[..., Any]
) -> None:
    long_ago = ago(days=2)
    tea = source("tea", send_initial_orders_since=long_ago, send_rebill_orders_since=long_ago)
    ledger_row(tea, order(tea, completed_at=ago(hours=3)), created_at=ago(hours=3))
    order(tea, completed_at=ago(hours=4))  # nobody has put it into the ledger
    order(tea, completed_at=ago(minutes=59))
    order(tea, completed_at=ago(days=3))  # from before the switch
    order(tea, completed_at=ago(hours=4), is_test=True)
    order(tea, completed_at=ago(hours=4), order_status="DECLINED")
    ledger_row(tea, order(tea, completed_at=ago(hours=4)), "pushed")
    found = wrong()["tea", "orders waiting"]
    assert (found.number, found.since) == (2, ago(hours=4))


def test_an_order_of_a_type_that_is_switched_off_waits_on_purpose(
    source: Callable[..., DataSource], order: Callable[..., int], ledger_row: Add, wrong: Callable[..., Any]
) -> None:
    tea = source("tea", send_rebill_orders=False)
    ledger_row(tea, order(tea, order_type="RECURRING", completed_at=ago(hours=3)), created_at=ago(hours=3))
    order(tea, order_type="RECURRING", completed_at=ago(hours=3))
    assert wrong() == {}


@pytest.mark.parametrize("way", ["retry", "backfill"])
def test_an_order_that_somebody_asked_for_again_waits_since_then(
    way: str,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    wrong: Callable[..., Any],
) -> None:
    tea = source("tea")
    order_id = order(tea, completed_at=ago(days=3))
    row = ledger_row(tea, order_id, "rejected", created_at=ago(days=3), updated_at=ago(days=3))
    if way == "retry":
        assert order_ledger.retry(crm, [order_id], worker="ada") == [order_id]
    else:
        assert order_ledger.request(crm, tea.data_source_id, [order_id], "backfill") == 1
    assert wrong() == {}
    crm.execute("UPDATE crm.order_push_attempt SET at = at - interval '61 minutes'")
    assert wrong()["tea", "orders waiting"].number == 1
    assert [each["outcome"] for each in order_ledger.history(crm, row["order_push_id"])] == ["asked for"]


def reconciled(add: Add, source: DataSource, days: float, findings: dict[int, str]) -> None:
    """A reconciliation that reaches to so many days ago and was made then, with a finding for each order."""
    kept = add(
        "order_reconciliation",
        data_source_id=source.data_source_id,
        from_time=ago(days=days + 7),
        to_time=ago(days=days),
        orders_in_crm=9,
        orders_in_store=9,
        findings=len(findings),
        made_at=ago(days=days),
    )
    for order_id, kind in findings.items():
        add(
            "order_finding",
            order_reconciliation_id=kept["order_reconciliation_id"],
            kind=kind,
            order_id=order_id,
            bigcommerce_order_ids=[],
            sentence="Look at it.",
        )


def test_a_difference_is_as_new_as_when_it_was_first_found(
    add: Add, source: Callable[..., DataSource], wrong: Callable[..., Any]
) -> None:
    tea = source("tea")
    reconciled(add, tea, 3, {1: "not pushed", 5: "not pushed"})
    reconciled(add, tea, 2, {1: "not pushed", 2: "gone from BigCommerce"})
    reconciled(add, tea, 1, {1: "not pushed", 2: "gone from BigCommerce"})
    found = wrong()["tea", "orders differ"]
    assert (found.number, found.since, found.newest) == (2, ago(days=3), ago(days=2))
    assert found.detail == "1 not pushed, 1 gone from BigCommerce; for example order 2"


def test_a_look_back_at_an_older_time_hides_no_difference(
    add: Add, source: Callable[..., DataSource], wrong: Callable[..., Any]
) -> None:
    tea = source("tea")
    reconciled(add, tea, 1, {1: "not pushed"})
    reconciled(add, tea, 30, {})
    assert ("tea", "orders differ") in wrong()
    reconciled(add, tea, 0, {})
    assert wrong() == {}


def test_a_deactivated_data_source_is_in_no_trouble(
    add: Add,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    synced: Callable[..., None],
    wrong: Callable[..., Any],
) -> None:
    tea = source("tea", auto_sync_minutes=60, updated_at=ago(days=9))
    synced(tea, "Failed")
    ledger_row(tea, order(tea), "rejected", updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(hours=2))
    ledger_row(tea, order(tea), "uncertain", next_attempt_at=None, updated_at=ago(hours=1))
    ledger_row(tea, order(tea, completed_at=ago(hours=3)), created_at=ago(hours=3))
    reconciled(add, tea, 1, {1: "not pushed"})
    assert len(wrong()) == 7
    for state in ("draining", "inactive"):
        crm.execute("UPDATE crm.data_source SET state = %s", [state])
        assert wrong() == {}
