"""Whatever the past of a CRM is, people and later runs read the same before and after housekeeping."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.crm import old_rows, order_ledger, sync_history
from include.crm.database import fetch_one
from include.crm.order_ledger_rows import State
from tests.support.crm_past import Past, days_ago
from tests.support.full_past import OLD

ages = st.sampled_from([0.2, 5.0, 29.0, 31.0, 100.0, OLD])
syncs = st.tuples(
    st.integers(0, 1),
    ages,
    st.sampled_from(["Completed", "Failed"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 400),
)
orders = st.tuples(
    st.integers(0, 1),
    st.sampled_from(get_args(State)),
    ages,
    st.lists(ages, max_size=3),
)


@given(
    st.lists(syncs, max_size=14),
    st.lists(orders, max_size=5),
    st.lists(st.tuples(st.integers(0, 1), ages), max_size=6),
)
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_people_and_later_runs_read_the_same_before_and_after_housekeeping(
    past: Past, made: list[Any], ordered: list[Any], compared: list[Any]
) -> None:
    past.forget()
    sources = [past.data_source("one"), past.data_source("two")]
    for place, age, status, dry_run, published, open_, read in made:
        times = {"read_started_at": days_ago(read), "dry_run": dry_run}
        if published and not dry_run:
            times["published_at"] = days_ago(age)
        past.sync(sources[place], None if open_ else age, status, warnings=1, **times)
    for place, state, age, attempts in ordered:
        past.order(sources[place], state, age, tuple(attempts))
    for place, age in compared:
        past.reconciliation(sources[place], age, findings=1)
    past.crm.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(old_rows, "TREND_LENGTH", 2)
        before = answers(past)
        announced = past.tidy_up(dry_run=True, syncs=30)
        assert answers(past) == before
        done = past.tidy_up(syncs=30)
        assert announced["counts"] == done["counts"]
        assert answers(past) == before
        assert set(past.tidy_up(syncs=30)["counts"].values()) == {0}, "a second run finds nothing"
    left = past.rows(
        "SELECT FROM crm.order_push_attempt JOIN crm.order_push push USING (order_push_id) "
        "WHERE state = 'pushed' AND greatest(at, updated_at) < %s",
        days_ago(366),
    )
    assert not left, "no old row is left"


def answers(past: Past) -> dict[str, Any]:
    """What the page, the next sync, the order push and the alerts read."""
    past.crm.rollback()
    return {
        "latest": sync_history.latest_of_each(past.crm),
        "completed": sync_history.latest_completed_of_each(past.crm),
        "trends": [
            [(run.sync_run_id, run.status, run.finished_at) for run in runs]
            for runs in sync_history.trends(past.crm, limit=2).values()
        ],
        "marks": past.rows("SELECT * FROM crm.campaign_product_mark WHERE mark = 'sku' ORDER BY 1, 2"),
        "open": past.rows("SELECT * FROM crm.sync_run WHERE finished_at IS NULL ORDER BY sync_run_id"),
        "superseded": {
            row["sync_run_id"]: superseded(past, row["sync_run_id"])
            for row in past.rows("SELECT sync_run_id FROM crm.sync_run WHERE finished_at IS NULL")
        },
        "ledger": past.rows("SELECT * FROM crm.order_push ORDER BY order_push_id"),
        "histories": {
            row["order_push_id"]: order_ledger.history(past.crm, row["order_push_id"])
            for row in past.rows("SELECT order_push_id FROM crm.order_push WHERE state <> 'pushed'")
        },
        "reconciliations": past.rows(
            "SELECT DISTINCT ON (data_source_id) * FROM crm.order_reconciliation "
            "LEFT JOIN crm.order_finding USING (order_reconciliation_id) "
            "ORDER BY data_source_id, order_reconciliation_id DESC"
        ),
    }


def superseded(past: Past, sync_run_id: int) -> bool:
    """Whether a sync may not publish because another one read the store later."""
    row = fetch_one(past.crm, "publication/lock_data_source", sync_run_id=sync_run_id)
    assert row is not None
    return row["superseded_at"] is not None
