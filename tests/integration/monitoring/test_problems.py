"""What counts as a problem, with a real database: include/crm/problems.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm import data_sources, order_decisions, order_ledger
from include.crm.data_sources import DataSource
from include.crm.problems import Problem, find_problems
from include.monitoring.alert_texts import sentence

_now = datetime.now(timezone.utc)
Add = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _begin() -> None:
    """Each test has its own now, because a whole run takes longer than the margins here."""
    global _now
    _now = datetime.now(timezone.utc)


def ago(**span: float) -> datetime:
    return _now - timedelta(**span)


@pytest.fixture
def problems(crm: psycopg.Connection[Any]) -> Callable[..., dict[tuple[str, str], Problem]]:
    """Finds the problems, by store hash and kind; open orders are a problem after an hour."""

    def problems() -> dict[tuple[str, str], Problem]:
        return {(each.store_hash, each.kind): each for each in find_problems(crm, 60)}

    return problems


@pytest.fixture
def synced(add: Add) -> Callable[..., None]:
    """Adds a sync that finished so many hours ago."""

    def synced(
        source: DataSource, status: str, error: str = "Unavailable.", hours: float = 1, **columns: Any
    ) -> None:
        if status in ("Completed", "Failed"):
            columns["finished_at"] = ago(hours=hours)
        columns["error"] = error if status == "Failed" else None
        add("sync_run", data_source_id=source.data_source_id, trigger="manual", status=status, **columns)

    return synced


def test_store_is_failing_when_its_last_finished_sync_failed(
    source: Callable[..., DataSource], synced: Callable[..., None], problems: Callable[..., Any]
) -> None:
    tea, coffee, cake = source("tea"), source("coffee"), source("cake")
    for each, statuses in ((tea, ["Completed", "Failed"]), (coffee, ["Failed", "Completed"]), (cake, [])):
        for status in statuses:
            synced(each, status)
    synced(tea, "In Progress")
    synced(tea, "Completed", dry_run=True)
    assert list(problems()) == [("tea", "sync failing")]
    assert problems()["tea", "sync failing"].reason == "Unavailable."


def test_store_is_late_exactly_when_the_page_says_so(
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    synced: Callable[..., None],
    problems: Any,
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
    late = data_sources.late(crm)
    shown = {store_hash for store_hash, each in made.items() if each.data_source_id in late}
    alone = {hash_ for hash_, each in made.items() if data_sources.late(crm, [each.data_source_id])}
    assert shown == alone
    assert shown == {store_hash for store_hash, kind in problems() if kind == "sync late"}
    assert shown == {"never", "late", "dryrun"}


def test_rejected_orders_are_counted_with_the_reason_of_the_latest(
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    tea = source("tea")
    first, last = order(tea), order(tea)
    ledger_row(tea, first, "rejected", reason="No stock.", next_step="Restock.", updated_at=ago(hours=2))
    ledger_row(tea, last, "rejected", reason="No address.", next_step="Fix it.", updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "pushed")
    found = problems()["tea", "orders rejected"]
    assert (found.number, found.since, found.newest) == (2, ago(hours=2), ago(hours=1))
    assert (found.order_id, found.reason, found.next_step) == (last, "No address.", "Fix it.")


def test_order_rejected_a_moment_ago_is_left_to_the_next_check(
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    tea = source("tea")
    ledger_row(tea, order(tea), "rejected")
    assert problems() == {}


def test_orders_found_twice_are_not_counted_as_uncertain(
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    tea = source("tea")
    ledger_row(tea, order(tea), "uncertain", next_attempt_at=None, updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(minutes=61))
    ledger_row(tea, order(tea), "sending", sent_at=ago(minutes=70))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(minutes=59))
    found = problems()
    assert {kind: each.number for (_, kind), each in found.items()} == {
        "orders found twice": 1,
        "orders uncertain": 2,
    }
    assert found["tea", "orders uncertain"].since == ago(minutes=70)


def test_overdue_orders_are_found_in_the_ledger_and_where_no_order_push_runs(
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    long_ago = ago(days=2)
    tea = source("tea", send_initial_orders_since=long_ago, send_rebill_orders_since=long_ago)
    ledger_row(tea, order(tea, completed_at=ago(hours=3)), created_at=ago(hours=3))
    order(tea, completed_at=ago(hours=4))  # no push has added it to the ledger
    order(tea, completed_at=ago(minutes=59))
    order(tea, completed_at=ago(days=3))  # from before sending was switched on
    order(tea, completed_at=ago(hours=4), is_test=True)
    order(tea, completed_at=ago(hours=4), order_status="DECLINED")
    ledger_row(tea, order(tea, completed_at=ago(hours=4)), "pushed")
    found = problems()["tea", "orders waiting"]
    assert (found.number, found.since) == (2, ago(hours=4))


def test_order_of_a_type_that_is_switched_off_is_no_problem(
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    tea = source("tea", send_rebill_orders=False)
    ledger_row(tea, order(tea, order_type="RECURRING", completed_at=ago(hours=3)), created_at=ago(hours=3))
    order(tea, order_type="RECURRING", completed_at=ago(hours=3))
    assert problems() == {}


@pytest.mark.parametrize("way", ["retry", "backfill"])
def test_retried_order_has_been_waiting_since_the_retry(
    way: str,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    problems: Callable[..., Any],
) -> None:
    tea = source("tea")
    order_id = order(tea, completed_at=ago(days=3))
    row = ledger_row(tea, order_id, "rejected", created_at=ago(days=3), updated_at=ago(days=3))
    if way == "retry":
        assert order_decisions.retry(crm, [order_id], worker="ada") == [order_id]
    else:
        assert order_ledger.request(crm, tea.data_source_id, [order_id], "backfill") == 1
    assert problems() == {}
    crm.execute("UPDATE crm.order_push_attempt SET at = at - interval '61 minutes'")
    assert problems()["tea", "orders waiting"].number == 1
    assert [each.outcome for each in order_ledger.history(crm, row["order_push_id"])] == ["requested"]


def reconciled(add: Add, source: DataSource, days: float, findings: dict[int, str]) -> None:
    """Add a reconciliation whose period ended so many days ago, with a finding for each order."""
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


def test_difference_is_as_old_as_its_first_finding(
    add: Add, source: Callable[..., DataSource], problems: Callable[..., Any]
) -> None:
    tea = source("tea")
    reconciled(add, tea, 3, {1: "not pushed", 5: "not pushed"})
    reconciled(add, tea, 2, {1: "not pushed", 2: "gone from BigCommerce"})
    reconciled(add, tea, 1, {1: "not pushed", 2: "gone from BigCommerce"})
    found = problems()["tea", "orders differ"]
    assert (found.number, found.since, found.newest) == (2, ago(days=3), ago(days=2))
    assert (found.differences, found.order_id) == ({"not pushed": 1, "gone from BigCommerce": 1}, 2)


def test_reconciliation_of_an_older_period_hides_no_difference(
    add: Add, source: Callable[..., DataSource], problems: Callable[..., Any]
) -> None:
    tea = source("tea")
    reconciled(add, tea, 1, {1: "not pushed"})
    reconciled(add, tea, 30, {})
    assert ("tea", "orders differ") in problems()
    reconciled(add, tea, 0, {})
    assert problems() == {}


@pytest.fixture
def in_store(add: Add) -> Callable[..., int]:
    """Adds a pushed order that its store has with some status; its id."""

    def in_store(
        source: DataSource, order_id: int, status_id: int, *, sent_days: float = 1, **columns: Any
    ) -> int:
        add(
            "order_push",
            data_source_id=source.data_source_id,
            order_id=order_id,
            state="pushed",
            requested_by="schedule",
            sent_at=ago(days=sent_days),
            bigcommerce_order_id=order_id,
        )
        read = {"status_changed_at": ago(days=1), "changed_at": ago(days=1), "status_read_at": ago(hours=1)}
        add(
            "store_order",
            data_source_id=source.data_source_id,
            order_id=order_id,
            bigcommerce_order_id=order_id,
            status_id=status_id,
            **{**read, **columns},
        )
        return order_id

    return in_store


def test_order_is_unshipped_for_too_long_while_its_status_says_so(
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    in_store: Callable[..., int],
    problems: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tea = source("tea")
    for status_id in (2, 10, 13):  # shipped, completed, disputed
        in_store(tea, order(tea), status_id, sent_days=9)
    in_store(tea, order(tea, order_status="CANCELLED"), 11, sent_days=9)
    in_store(tea, order(tea), 11, sent_days=6)
    # the rest was refunded
    in_store(tea, order(tea), 14, sent_days=9, items_total=2, items_shipped=1, items_left=0)
    in_store(tea, order(tea), 3, sent_days=9, items_total=2, items_shipped=1, items_left=0)
    assert problems() == {}
    late = [in_store(tea, order(tea), status_id, sent_days=8) for status_id in (11, 3, 8)]
    partly = {"items_total": 2, "items_shipped": 1}
    late.append(in_store(tea, order(tea), 14, sent_days=8, **partly))
    found = problems()["tea", "orders not shipped"]
    assert (found.number, found.since, found.order_id) == (4, ago(days=8), late[-1])
    monkeypatch.setenv("BIGCOMMERCE_ALERT_NOT_SHIPPED_AFTER_DAYS", "5")
    assert [each.number for each in find_problems(crm, 60)] == [5]


def test_order_is_undone_in_the_store_alone_until_the_crm_knows_it(
    add: Add,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    in_store: Callable[..., int],
    problems: Callable[..., Any],
) -> None:
    tea = source("tea")
    in_store(tea, order(tea, order_status="REFUNDED"), 4)
    in_store(tea, order(tea), 2, is_deleted=True)  # shipped, then archived
    in_store(tea, order(tea), 5, status_read_at=ago(days=31))
    in_store(tea, order(tea), 5, status_read_at=ago(seconds=1))  # the next check reports it
    assert problems() == {}
    for columns in ({"status_id": 4}, {"status_id": 5}, {"status_id": 11, "is_deleted": True}):
        in_store(tea, order(tea), **columns)
    found = problems()["tea", "orders undone"]
    assert (found.number, found.newest) == (3, ago(hours=1))
    add("order_refund", refund_id=1, order_id=found.order_id, amount=10)
    crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED'")
    assert problems() == {}


def test_deactivated_data_source_has_no_problems(
    add: Add,
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    order: Callable[..., int],
    ledger_row: Add,
    synced: Callable[..., None],
    problems: Callable[..., Any],
) -> None:
    tea = source("tea", auto_sync_minutes=60, updated_at=ago(days=9))
    synced(tea, "Failed")
    ledger_row(tea, order(tea), "rejected", updated_at=ago(hours=1))
    ledger_row(tea, order(tea), "uncertain", sent_at=ago(hours=2))
    ledger_row(tea, order(tea), "uncertain", next_attempt_at=None, updated_at=ago(hours=1))
    ledger_row(tea, order(tea, completed_at=ago(hours=3)), created_at=ago(hours=3))
    reconciled(add, tea, 1, {1: "not pushed"})
    assert len(problems()) == 7
    for state in ("draining", "inactive"):
        crm.execute("UPDATE crm.data_source SET state = %s", [state])
        assert problems() == {}


def test_redirect_script_that_is_not_as_it_should_be_is_a_problem(
    source: Callable[..., DataSource], add: Add, problems: Callable[..., Any]
) -> None:
    on = {"checkout_redirect": True, "checkout_url": "https://checkout.example.com"}
    for state in ("installed", "outdated", "missing", "removed", "disabled", "unknown"):
        made = source(state, **on)
        add("checkout_script", data_source_id=made.data_source_id, state=state)
    off = source("off")
    add("checkout_script", data_source_id=off.data_source_id, state="removed")
    found = problems()
    assert list(found) == [
        (each, "checkout redirect") for each in ("disabled", "missing", "outdated", "removed")
    ]
    assert "was removed in BigCommerce" in sentence(found["removed", "checkout redirect"])


def test_redirect_script_left_behind_is_a_problem_also_of_deactivated_stores(
    source: Callable[..., DataSource], add: Add, problems: Callable[..., Any]
) -> None:
    for name, state, columns in (
        ("off", "active", {"state": "installed", "problem": "The store is unavailable."}),
        ("gone", "inactive", {"state": "installed"}),
        ("empty", "inactive", {"state": "removed"}),
        ("soon", "active", {"state": "installed"}),
    ):
        add("checkout_script", data_source_id=source(name, state=state).data_source_id, **columns)
    found = problems()
    assert list(found) == [("gone", "checkout redirect"), ("off", "checkout redirect")]
    assert "The daily check retries its removal." in sentence(found["off", "checkout redirect"])
    gone = sentence(found["gone", "checkout redirect"])
    assert gone.endswith("delete the script in BigCommerce under Storefront > Script Manager.")


def test_changes_that_could_not_be_synced_for_an_hour_are_a_problem(
    crm: psycopg.Connection[Any],
    source: Callable[..., DataSource],
    add: Add,
    synced: Callable[..., None],
    problems: Callable[..., Any],
) -> None:
    def hint(source: DataSource, product_id: int, minutes: float, **columns: Any) -> None:
        about = {"subject": "product", "bigcommerce_id": product_id, "event_hash": f"{product_id} {minutes}"}
        at = {"received_at": ago(minutes=minutes)}
        add("change_hint", data_source_id=source.data_source_id, **about, **at, **columns)

    bad, unsynced = source("bad"), source("unsynced")
    crm.execute("UPDATE crm.data_source SET campaign_id = NULL WHERE store_hash = 'unsynced'")
    for product_id, minutes in ((1, 90), (1, 70), (2, 61), (3, 59)):
        hint(bad, product_id, minutes)
    hint(bad, 4, 500, handled_at=_now)
    hint(unsynced, 1, 90)
    found = problems()
    assert list(found) == [("bad", "changes waiting")]
    waiting = found["bad", "changes waiting"]
    assert (waiting.number, waiting.since, waiting.reason) == (2, ago(minutes=90), "")
    said = "2 products changed in BigCommerce, but could not be synced. (Since "
    assert sentence(waiting).startswith(said)

    synced(bad, "In Progress")
    assert problems() == {}, "they wait for its end"
    refused = "BigCommerce rejected the access token."
    add("change_pause", data_source_id=bad.data_source_id, failures=5, until=_now)
    synced(bad, "Failed", refused, only_product_ids=[1, 2])
    assert problems()["bad", "changes waiting"].reason == refused
    assert refused in sentence(problems()["bad", "changes waiting"])


def test_store_that_no_quick_look_reaches_is_a_problem(
    crm: psycopg.Connection[Any], source: Callable[..., DataSource], problems: Callable[..., Any]
) -> None:
    long_ago = {"quick_sync_minutes": 30, "updated_at": ago(days=9)}
    source("bad", **long_ago, quick_looked_until=ago(minutes=121))
    source("never", **long_ago)
    source("fine", **long_ago, quick_looked_until=ago(minutes=119))
    source("resumed", **{**long_ago, "updated_at": ago(minutes=5)}, quick_looked_until=ago(days=9))
    source("off", updated_at=ago(days=9), quick_looked_until=ago(days=9))
    source("unsynced", **long_ago)
    crm.execute("UPDATE crm.data_source SET campaign_id = NULL WHERE store_hash = 'unsynced'")
    found = problems()
    assert list(found) == [("bad", "changes waiting"), ("never", "changes waiting")]
    assert found["bad", "changes waiting"].since == ago(minutes=121)
    said = sentence(found["bad", "changes waiting"])
    assert said.startswith("BigCommerce could not be asked which products changed. (Since ")


def test_webhooks_that_could_not_be_made_are_a_problem(
    source: Callable[..., DataSource], add: Add, problems: Callable[..., Any]
) -> None:
    refused = "BigCommerce refused POST /v3/hooks of store bad (422)."
    for name, hook, settings in (
        ("bad", {"problem": refused}, {}),
        ("late", {"is_active": True, "problem": "The store is unavailable."}, {}),
        ("new", {}, {}),
        ("off", {"problem": refused}, {"changes_at_once": False}),
    ):
        add("store_hook", data_source_id=source(name, **settings).data_source_id, **hook)
    found = problems()
    assert list(found) == [("bad", "webhooks")]
    said = sentence(found["bad", "webhooks"])
    assert refused in said
    assert "Check webhooks on the store's overview" in said
