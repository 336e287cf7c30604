"""A sandbox store with a data source in a fresh CRM database, and the Connections to both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from include.crm import data_sources, sync_runs
from include.crm.data_sources import DataSource
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference, SyncRun
from include.product_sync import steps
from include.sandbox import Sandbox, serve
from tests.support.crm_rows import fetch_rows, insert
from tests.support.official_contract import check_requests_if_available


@dataclass
class Shop:
    """A sandbox store with an active data source, as the steps see it."""

    sandbox: Sandbox
    crm: psycopg.Connection[Any]
    crm_url: str

    @property
    def source(self) -> DataSource:
        """The data source as it is now."""
        source = data_sources.get(self.crm, self.sandbox.store_hash)
        assert source is not None
        self.crm.commit()
        return source

    def sync(self, **options: bool) -> SyncRun:
        """Run all steps in order; the finished sync."""
        return self.run(sync(self.sandbox.store_hash, **options))

    def begin(self, dag_run: DagRunReference | None = None, **options: bool) -> int:
        """Start a sync, of the command line unless a DAG run is given; its id."""
        return steps.begin(self.sandbox.store_hash, SyncOptions(**options), dag_run or DagRunReference())

    def run(self, sync_run_id: int) -> SyncRun:
        """A sync as it is now."""
        self.crm.rollback()
        return sync_runs.get(self.crm, sync_run_id)

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows that a query finds now."""
        self.crm.rollback()
        return fetch_rows(self.crm, query, *parameters)

    def change(self, statement: str, *parameters: object) -> None:
        """Run a statement and commit."""
        self.crm.execute(statement.encode(), parameters)
        self.crm.commit()

    def fields_in_store(self) -> dict[int, str]:
        """The value of each BigCommerce variant's custom field, read from the store itself."""
        found = self.sandbox.catalogue.metafields.find({"namespace": "crm", "key": "campaign_product"})
        return {metafield.resource_id: metafield.value for metafield in found}

    def fields_expected(self) -> dict[int, str]:
        """The value each custom field should have, by the CRM's own ids."""
        return {
            row["bigcommerce_variant_id"]: f"{row['campaign_product_id']}.{row['variant_detail_id']}"
            for row in self.rows("SELECT * FROM crm.campaign_product_variant WHERE removed_at IS NULL")
        }

    def requests(self, method: str, path: str) -> int:
        """The number of such requests since the store's log was last emptied."""
        return sum(one.method == method and one.path == path for one in self.sandbox.requests)


def sync(store_hash: str, dag_run: DagRunReference | None = None, **options: bool) -> int:
    """Run all steps of a sync in order; its sync_run_id."""
    run = steps.begin(store_hash, SyncOptions(**options), dag_run or DagRunReference())
    for step in (steps.extract, steps.load, steps.write_back):
        step(run)
    return run


def set_connections(environment: pytest.MonkeyPatch, sandbox: Sandbox, crm_url: str) -> None:
    """Set the Airflow Connections of this process to the store and to the CRM's database."""
    connection = {"conn_type": "http", "host": sandbox.base_url, "password": sandbox.token}
    environment.setenv(f"AIRFLOW_CONN_BIGCOMMERCE_{sandbox.store_hash.upper()}", json.dumps(connection))
    environment.setenv("AIRFLOW_CONN_CRM_DB", crm_url)


def serve_data_source(
    running: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    crm: psycopg.Connection[Any],
    crm_url: str,
    columns: dict[str, object],
    **arguments: Any,
) -> Sandbox:
    """Serve a sandbox store (with these arguments of Sandbox) while `running` is open.

    It gets a data source with these columns; both Connections are set.
    """
    sandbox = running.enter_context(serve(Sandbox(**{"quota": None, **arguments})))
    sandbox.settings.information["name"] = columns["store_name"]
    set_connections(monkeypatch, sandbox, crm_url)
    insert(crm, "data_source", {"store_hash": sandbox.store_hash, **columns})
    crm.commit()
    return sandbox


@pytest.fixture
def store(
    crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Shop]]:
    """Makes a shop with an active data source; arguments are those of Sandbox.

    When the test ends, every request that its store got is checked against BigCommerce's official files.
    """
    served: list[Sandbox] = []
    with ExitStack() as running:

        def make(**arguments: Any) -> Shop:
            columns: dict[str, object] = {"store_name": "Sandbox"}
            sandbox = serve_data_source(running, monkeypatch, crm, crm_url, columns, **arguments)
            served.append(sandbox)
            return Shop(sandbox, crm, crm_url)

        yield make
    check_requests_if_available(served)


@pytest.fixture
def synced(store: Callable[..., Shop]) -> Shop:
    """A shop of 12 products that is synced."""
    shop = store(products=12)
    shop.sync()
    shop.sandbox.requests.clear()
    return shop
