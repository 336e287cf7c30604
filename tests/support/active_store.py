"""A sandbox store and the Connections that lead the steps to it and to a fresh CRM database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from include.crm import sync_runs
from include.crm.sync_options import SyncOptions
from include.crm.sync_runs import DagRunReference, SyncRun
from include.product_sync import steps
from include.sandbox import Sandbox, serve


@dataclass
class ActiveStore:
    """A sandbox store with a data source, as the steps see it."""

    sandbox: Sandbox
    crm: psycopg.Connection[Any]
    crm_url: str

    def sync(self, **options: bool) -> SyncRun:
        """All steps in order; the finished sync."""
        run = self.begin(**options)
        for step in (steps.extract, steps.load, steps.write_back):
            step(run)
        return self.run(run)

    def begin(self, **options: bool) -> int:
        """A sync In Progress; its id."""
        return steps.begin(self.sandbox.store_hash, SyncOptions(**options), DagRunReference())

    def run(self, sync_run_id: int) -> SyncRun:
        """A sync as it is now."""
        self.crm.rollback()
        return sync_runs.get(self.crm, sync_run_id)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds now."""
        self.crm.rollback()
        with self.crm.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode()).fetchall()

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
        """How many such requests the store got since its log was last emptied."""
        return sum(one.method == method and one.path == path for one in self.sandbox.requests)


@pytest.fixture
def store(
    crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ActiveStore]]:
    """Makes an activated sandbox store; arguments are those of Sandbox."""
    with ExitStack() as running:

        def make(**arguments: Any) -> ActiveStore:
            sandbox = running.enter_context(serve(Sandbox(**{"quota": None, **arguments})))
            connection = {"conn_type": "http", "host": sandbox.base_url, "password": sandbox.token}
            monkeypatch.setenv(
                f"AIRFLOW_CONN_BIGCOMMERCE_{sandbox.store_hash.upper()}", json.dumps(connection)
            )
            monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
            crm.execute(
                "INSERT INTO crm.data_source (store_hash, store_name) VALUES (%s, 'Sandbox')",
                [sandbox.store_hash],
            )
            crm.commit()
            return ActiveStore(sandbox, crm, crm_url)

        yield make
