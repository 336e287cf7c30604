"""What a product sync leaves in the metrics, as a real StatsD receiver sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.bigcommerce.errors import TokenRejected
from include.product_sync.__main__ import main
from tests.support.shop import Shop
from tests.support.statsd_receiver import Receiver


@pytest.fixture
def tea(store: Callable[..., Shop]) -> Shop:
    """A store with 3 products of 2 variants."""
    return store(products=3, variants=2, store_hash="teashop")


def changes(received: Receiver) -> dict[tuple[str, str], float]:
    """Changes of the tea shop that are not 0, by kind and change."""
    return {
        (sample.labels["kind"], sample.labels["change"]): sample.number
        for sample in received.samples()
        if sample.name == "airflow.bigcommerce.changes_total" and sample.number
    }


def test_a_completed_sync_is_counted_with_all_that_it_did(tea: Shop, received: Receiver) -> None:
    sync = tea.sync()
    seconds = (sync.finished_at - sync.started_at).total_seconds()
    for status, number in {"completed": 1, "failed": 0, "dry_run": 0}.items():
        assert received.of("bigcommerce.syncs_total", store="teashop", status=status) == [number]
    assert received.of("bigcommerce.sync_duration") == [pytest.approx(seconds * 1000)]
    assert received.of("bigcommerce.products_read_total", store="teashop") == [3]
    assert changes(received) == {("products", "new"): 3, ("variants", "new"): 6}
    assert received.of("bigcommerce.custom_fields_total", store="teashop", outcome="written") == [6]
    assert received.of("bigcommerce.custom_fields_total", store="teashop", outcome="refused") == [0]
    assert received.of("bigcommerce.sync_warnings_total", store="teashop") == [0]
    assert sum(received.of("bigcommerce.requests_total", store="teashop")) == sync.requests


def test_an_unchanged_store_counts_as_a_sync_without_changes(tea: Shop, received: Receiver) -> None:
    tea.sync()
    received.forget()
    tea.sync()
    assert received.of("bigcommerce.syncs_total", status="completed") == [1]
    assert changes(received) == {}


def test_a_dry_run_counts_as_that_and_as_nothing_else(tea: Shop, received: Receiver) -> None:
    tea.sync(dry_run=True)
    assert received.of("bigcommerce.syncs_total", status="dry_run") == [1]
    assert received.of("bigcommerce.syncs_total", status="completed") == [0]
    assert received.of("bigcommerce.products_read_total") == []


def test_requests_that_the_store_throttles_are_counted_and_so_is_the_wait(
    store: Callable[..., Shop], received: Receiver
) -> None:
    busy = store(products=1, variants=1, quota=2, window_seconds=1.0)
    assert busy.sandbox.quota.spend(2)
    busy.sync()
    assert sum(received.of("bigcommerce.throttled_total")) > 0
    assert sum(received.of("bigcommerce.retries_total")) > 0
    assert sum(received.of("bigcommerce.waiting_seconds_total")) > 0


def test_requests_of_a_step_that_fails_are_counted_too(tea: Shop, received: Receiver) -> None:
    tea.sandbox.access.revoke_token()
    with pytest.raises(TokenRejected):
        tea.sync()
    assert received.of("bigcommerce.requests_total", store="teashop") == [1]
    assert received.of("bigcommerce.syncs_total") == []


def test_a_sync_that_fails_at_the_command_line_is_counted(
    tea: Shop, received: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")  # restored afterwards: main() sets it
    monkeypatch.setattr("sys.argv", ["product_sync", "teashop"])
    tea.sandbox.access.revoke_token()
    assert main() == 1
    assert received.of("bigcommerce.syncs_total", store="teashop", status="failed") == [1]


@pytest.mark.usefixtures("received")
def test_an_unavailable_receiver_fails_no_sync(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__METRICS__STATSD_PORT", "1")
    assert tea.sync().status == "Completed"
