"""Metrics and lineage of tasks in a real Airflow, received over UDP and HTTP."""

from __future__ import annotations

import json

import pytest

from tests.support.lineage_receiver import Events
from tests.support.running_system import Store, wait_for
from tests.support.statsd_receiver import Receiver

pytestmark = pytest.mark.end_to_end


def test_a_sync_is_counted_by_the_tasks_that_did_it(store: Store, receiver: Receiver) -> None:
    receiver.forget()
    sync = store.sync()
    hashed = store.sandbox.store_hash
    assert receiver.of("bigcommerce.syncs_total", store=hashed, status="completed") == [1]
    assert receiver.of("bigcommerce.products_read_total", store=hashed) == [20]
    assert sum(receiver.of("bigcommerce.requests_total", store=hashed)) == sync["requests"]
    assert sum(receiver.of("bigcommerce.task_failures_total")) == 0


def test_a_failed_sync_is_counted_once_with_what_must_be_done(store: Store, receiver: Receiver) -> None:
    receiver.forget()
    store.sandbox.access.revoke_token()
    assert store.sync()["status"] == "Failed"
    hashed = store.sandbox.store_hash
    wait_for(lambda: receiver.of("bigcommerce.syncs_total", store=hashed, status="failed"), "the failure")
    assert receiver.of("bigcommerce.syncs_total", store=hashed, status="failed") == [1]
    failures = receiver.of("bigcommerce.task_failures_total", task_id="extract", remedy="credentials")
    assert failures == [1]


def test_lineage_names_what_each_task_read_and_wrote_and_no_secret(store: Store, events: Events) -> None:
    assert store.sync()["status"] == "Completed"
    crm = store.system.postgres
    address = store.sandbox.base_url, f"stores/{store.sandbox.store_hash}"

    def tables(*names: str) -> set[tuple[str, str]]:
        return {(f"postgres://127.0.0.1:{crm.port}", f"crm.crm.{name}") for name in names}

    campaign = tables("campaign_product", "campaign_product_variant")
    expected = {
        "extract": ({(address[0], f"{address[1]}/v3/catalog/products")}, tables("catalogue_page")),
        "load": (tables("catalogue_page"), campaign),
        "write_back": (
            campaign,
            {
                (address[0], f"{address[1]}/v3/catalog/variants/metafields"),
                *tables("variant_custom_field"),
            },
        ),
    }
    for task, (inputs, outputs) in expected.items():
        found = reported(events, f"{store.dag_id}.{task}")
        assert found == {"inputs": inputs, "outputs": outputs}, task
    assert store.sandbox.token not in json.dumps(events.events)


def test_a_dry_run_writes_nothing_by_its_lineage_either(store: Store, events: Events) -> None:
    assert store.sync(dry_run=True)["status"] == "Completed"
    assert reported(events, f"{store.dag_id}.load")["outputs"] == set()
    assert reported(events, f"{store.dag_id}.write_back")["outputs"] == set()


def reported(events: Events, job: str) -> dict[str, set[tuple[str, str]]]:
    """What a task read and wrote; Airflow may report it some time after the run has ended."""
    wait_for(lambda: events.has_completed(job), f"the lineage of {job}")
    return events.datasets(job)
