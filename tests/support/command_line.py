"""The command line in this process, with a sandbox store, a fresh CRM database and Airflow's own database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from include.crm.data_sources import DataSource, activate
from include.data_sources.__main__ import main
from include.sandbox import Sandbox, serve

TOKEN = "a-made-up-token"
DAG_ID = "bigcommerce_product_sync__sandbox1"  # of the sandbox below


@dataclass
class Outcome:
    """What a command left behind."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class CommandLine:
    """Runs `python -m include.data_sources …` against the databases of this test."""

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    crm: psycopg.Connection[Any]
    metadata: psycopg.Connection[Any]

    def __call__(self, *arguments: str, token: str = TOKEN) -> Outcome:
        self.patch.setattr("sys.stdin", io.StringIO(f"{token}\n"))
        self.capture.readouterr()
        exit_code = main(list(arguments))
        printed = self.capture.readouterr()
        return Outcome(exit_code, printed.out, printed.err)

    def activate(self, sandbox: Sandbox, *options: str, token: str = TOKEN) -> Outcome:
        """Activate a sandbox store."""
        return self("activate", sandbox.store_hash, "--base-url", sandbox.base_url, *options, token=token)

    def add_run(self, state: str, run_id: str = "manual__1") -> None:
        """Add a run of the sandbox store's DAG to Airflow's database."""
        self.metadata.execute(
            "INSERT INTO dag_run (dag_id, run_id, state, run_type, run_after, clear_number, span_status) "
            "VALUES (%s, %s, %s, 'manual', now(), 0, 'not_started')",
            [DAG_ID, run_id, state],
        )

    def rows(self) -> list[dict[str, Any]]:
        """Rows of crm.data_source."""
        self.crm.rollback()
        with self.crm.cursor(row_factory=dict_row) as cursor:
            return cursor.execute("SELECT * FROM crm.data_source ORDER BY store_hash").fetchall()

    def in_airflow(self, query: str) -> list[Any]:
        """First column of what a query finds in Airflow's database."""
        return [row[0] for row in self.metadata.execute(query.encode())]


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the registry keeps its snapshot in this test."""
    path = tmp_path / "data_sources.json"
    monkeypatch.setenv("BIGCOMMERCE_REGISTRY_SNAPSHOT", str(path))
    return path


@pytest.fixture
def crm_connection(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The Airflow Connection crm_db leads to this test's CRM database."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    return crm_url


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    crm: psycopg.Connection[Any],
    crm_connection: str,
    fillable_metadata: psycopg.Connection[Any],
) -> CommandLine:
    """The command line; Airflow's database holds nothing of other tests."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")  # restored afterwards: main() sets it
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(capsys, monkeypatch, crm, fillable_metadata)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A store that accepts TOKEN."""
    with serve(Sandbox(products=3, variants=1, token=TOKEN)) as store:
        yield store


def insert_data_source(crm: psycopg.Connection[Any], store_hash: str, **settings: object) -> DataSource:
    """A data source straight in the CRM, as the command line would make it."""
    made = activate(
        crm,
        {
            "store_hash": store_hash,
            "store_name": f"Store {store_hash}",
            "biller_id": None,
            "send_initial_orders": False,
            "send_rebill_orders": False,
            "send_order_status_id": 1,
            "order_lookup_delay_seconds": 120,
            "auto_sync_minutes": None,
            "quick_sync_minutes": None,
            "custom_field_namespace": "crm",
            "custom_field_key": "campaign_product",
            "custom_field_permission_set": "read_and_sf_access",
            "mirror_refunds": "off",
            "mirror_cancellations": False,
            "tags": [],
            "checkout_url": None,
            "checkout_redirect": False,
            "checkout_test_cookie": None,
            "changes_at_once": True,
            **settings,
        },
    )
    assert made is not None
    crm.commit()
    return made


@pytest.fixture
def activated(crm: psycopg.Connection[Any]) -> Any:
    """Insert a data source: `activated("store1", auto_sync_minutes=60)`."""
    return lambda store_hash, **settings: insert_data_source(crm, store_hash, **settings)
