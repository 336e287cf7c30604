"""Metrics and lineage of tasks in a real Airflow, received over UDP and HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from rich.console import Console

from include.local.console import Steps
from include.local.system import System, running_system
from tests.support.running_system import Store, wait_for
from tests.support.statsd_receiver import Receiver, receiving

pytestmark = pytest.mark.end_to_end


class Events(ThreadingHTTPServer):
    """An OpenLineage receiver: keeps the events that are posted to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.events: list[dict[str, Any]] = []

    def datasets(self, job: str) -> dict[str, set[tuple[str, str]]]:
        """Namespace and name of all that a task read (inputs) and wrote (outputs)."""
        told = [event for event in self.events if event["job"]["name"] == job]
        return {
            side: {(each["namespace"], each["name"]) for event in told for each in event[side]}
            for side in ("inputs", "outputs")
        }


class _Posted(BaseHTTPRequestHandler):
    server: Events

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.events.append(json.loads(body))
        self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Where all metrics of Airflow go."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def events() -> Iterator[Events]:
    """Where all lineage goes."""
    with Events() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver, events: Events) -> Iterator[System]:
    """A system of its own, with metrics and lineage switched on as docs/metrics.md says."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in receiver.environment.items():
            patched.setenv(name, value)
        transport = {"type": "http", "url": f"http://127.0.0.1:{events.server_port}"}
        patched.setenv("AIRFLOW__OPENLINEAGE__TRANSPORT", json.dumps(transport))
        with running_system(
            tmp_path_factory.mktemp("system"), Steps(Console()), products=10, durable=False
        ) as running:
            yield running


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
        found = events.datasets(f"{store.dag_id}.{task}")
        assert found == {"inputs": inputs, "outputs": outputs}, task
    assert store.sandbox.token not in json.dumps(events.events)


def test_a_dry_run_writes_nothing_by_its_lineage_either(store: Store, events: Events) -> None:
    assert store.sync(dry_run=True)["status"] == "Completed"
    assert events.datasets(f"{store.dag_id}.load")["outputs"] == set()
    assert events.datasets(f"{store.dag_id}.write_back")["outputs"] == set()
