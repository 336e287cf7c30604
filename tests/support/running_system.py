"""One real Airflow for all end-to-end tests, and the browsers that visit it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from psycopg.rows import dict_row
from rich.console import Console

from include.crm.sync_runs import DagRunReference
from include.dag_ids import ORDER_PUSH_NOW, dag_id_of
from include.local.console import Steps
from include.local.system import System, running_system
from include.sandbox import Sandbox
from tests.support.browsers import visiting
from tests.support.lineage_receiver import Events
from tests.support.project import PROJECT
from tests.support.shop import set_connections, sync
from tests.support.statsd_receiver import Receiver, receiving

PATIENCE_SECONDS = 300.0
PARSE_SECONDS = 2.0
PAGE_API = "/data-sources/api/data-sources"
# beside the store of each test; activated by the tests that need many
MORE_STORES = 14
SCREENSHOTS = PROJECT / ".screenshots"


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Where all metrics of Airflow go."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver, events: Events) -> Iterator[System]:
    """The system as the demo starts it, in a temporary folder, with metrics and lineage switched on.

    What runs by itself runs half a day from now, and orders are not pushed at once: only tests start runs.
    Whatever is retried is retried at once.
    """
    state = tmp_path_factory.mktemp("system")
    far_hour = (datetime.now(timezone.utc).hour + 12) % 24
    settings = receiver.environment
    for what in ("ORDER_PUSH", "ORDER_UPDATES", "MONITORING", "HOUSEKEEPING"):
        settings[f"BIGCOMMERCE_{what}_CRON"] = f"0 {far_hour} * * *"
    settings["AIRFLOW__CORE__MAX_TASK_RETRY_DELAY"] = "1"
    # instead of 30 s, as tests request each parse; less than a browser's patience, as requests may get lost
    settings["AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"] = "45"
    transport = {"type": "http", "url": f"http://127.0.0.1:{events.server_port}"}
    settings["AIRFLOW__OPENLINEAGE__TRANSPORT"] = json.dumps(transport)
    users = ",".join(f"{role}:{role}" for role in ("admin", "op", "user", "viewer"))
    settings["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] = users
    with ExitStack() as running:
        # the tests that this process runs afterwards must not see these settings
        with pytest.MonkeyPatch.context() as environment:
            for name, value in settings.items():
                environment.setenv(name, value)
            started = running_system(
                state, Steps(Console()), products=10, durable=False, more_stores=MORE_STORES
            )
            system = running.enter_context(started)
        push_at_once(system, False)
        yield system


def push_at_once(system: System, is_on: bool) -> None:
    """Let completed orders start a push by themselves, or only what the test starts."""
    system.airflow.wait_for_dag(ORDER_PUSH_NOW)
    system.airflow.call("PATCH", f"/dags/{ORDER_PUSH_NOW}", {"is_paused": not is_on})


@dataclass
class Store:
    """A data source of the running system, and the sandbox store behind it."""

    system: System
    sandbox: Sandbox
    dag_id: str = ""

    def command(self, verb: str, *arguments: str) -> None:
        """Run a verb of `python -m include.data_sources` for this store; it must succeed."""
        done = self.system.command(
            "include.data_sources", verb, self.sandbox.store_hash, *arguments, text=self.sandbox.token
        )
        assert done.returncode == 0, done.stderr

    def activate(self) -> None:
        """Activate it through the API of the page, which takes a tenth of a command's time."""
        entered = {
            "store_hash": self.sandbox.store_hash,
            "base_url": self.sandbox.base_url,
            "access_token": self.sandbox.token,
        }
        self.system.airflow.call("POST", "", entered, below=PAGE_API)
        self.dag_id = dag_id_of(self.sandbox.store_hash)
        query = "SELECT FROM dag WHERE dag_id = %s AND NOT is_stale"
        wait_for_parse(
            self.system,
            lambda airflow: airflow.execute(query, [self.dag_id]).rowcount,
            f"the DAG of {self.sandbox.store_hash}",
        )

    def update(self, **settings: str | bool) -> None:
        """Change settings through the API of the page."""
        self.system.airflow.call("PATCH", f"/{self.sandbox.store_hash}", settings, below=PAGE_API)

    def sync(self, **params: bool) -> dict[str, Any]:
        """Start a sync through Airflow's REST API and wait for its end; its row of crm.sync_run."""
        return self.finish(self.system.airflow.start(self.dag_id, params))

    def sync_without_airflow(self) -> int:
        """Complete a sync in this process, which takes a tenth of the time; its sync_run_id.

        For tests of what comes after a sync. For the page it looks as if Airflow had done it.
        """
        run_id = f"manual__{datetime.now(timezone.utc).isoformat()}"
        url = f"{self.system.airflow.address}/dags/{self.dag_id}/runs/{quote(run_id)}"
        with pytest.MonkeyPatch.context() as environment:
            set_connections(environment, self.sandbox, self.system.postgres.url("crm"))
            dag_run = DagRunReference(self.dag_id, run_id, url, "manual", "admin")
            return sync(self.sandbox.store_hash, dag_run=dag_run)

    def finish(self, run_id: str) -> dict[str, Any]:
        """Wait until a DAG run and what follows it have ended; its row of crm.sync_run."""
        self.wait_for_state(run_id, "success", "failed")
        return wait_for(lambda: self.ended_sync(run_id), f"the sync of {run_id} to end")

    def wait_for_state(self, run_id: str, *states: str) -> None:
        """Wait until the DAG run is in one of these states."""
        wait_for_state(self.system, self.dag_id, run_id, *states)

    def run(self, run_id: str) -> dict[str, Any]:
        """The DAG run as Airflow's REST API gives it."""
        return self.system.airflow.run(self.dag_id, run_id)

    def ended_sync(self, run_id: str) -> dict[str, Any] | None:
        """The row of crm.sync_run of a DAG run, once it is Completed or Failed."""
        rows = self.crm(
            "SELECT * FROM crm.sync_run WHERE dag_run_id = %s AND finished_at IS NOT NULL", run_id
        )
        return rows[0] if rows else None

    def forget(self) -> None:
        """Make the data source inactive, without waiting for Airflow."""
        with psycopg.connect(self.system.postgres.url("crm"), autocommit=True) as crm:
            crm.execute(
                "UPDATE crm.data_source SET state = 'inactive' WHERE store_hash = %s",
                [self.sandbox.store_hash],
            )

    def variants(self) -> list[dict[str, Any]]:
        """This store's variants in the CRM, by BigCommerce's id."""
        return self.crm(
            """SELECT campaign_product_id, variant_detail_id, bigcommerce_variant_id, price
               FROM crm.campaign_product_variant
               JOIN crm.campaign_product USING (campaign_product_id)
               JOIN crm.data_source USING (campaign_id)
               WHERE store_hash = %s
               ORDER BY bigcommerce_variant_id""",
            self.sandbox.store_hash,
        )

    def crm(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Rows of the CRM's database."""
        with psycopg.connect(self.system.postgres.url("crm"), row_factory=dict_row) as crm:
            return crm.execute(query, parameters).fetchall()  # type: ignore[arg-type]

    def writes(self) -> list[str]:
        """Requests so far that could have changed something in the store."""
        return [f"{each.method} {each.path}" for each in self.sandbox.requests if each.method != "GET"]


def run_dag(system: System, dag_id: str, **params: Any) -> dict[str, Any]:
    """Start a run and wait for its end; the run as Airflow's REST API gives it."""
    run_id = system.airflow.start(dag_id, params)
    wait_for_state(system, dag_id, run_id, "success", "failed")
    return system.airflow.run(dag_id, run_id)


def wait_for_state(system: System, dag_id: str, run_id: str, *states: str) -> None:
    """Wait until the run is in one of these states.

    Ten REST requests a second would slow down what is waited for, so it asks the database.
    """
    query = "SELECT FROM dag_run WHERE dag_id = %s AND run_id = %s AND state = ANY(%s)"
    with psycopg.connect(system.postgres.url("airflow"), autocommit=True) as airflow:
        wait_for(
            lambda: airflow.execute(query, [dag_id, run_id, list(states)]).rowcount,
            f"{run_id} to be {' or '.join(states)}",
        )


def wait_for_parse(system: System, condition: Callable[[psycopg.Connection], object], what: str) -> None:
    """Have the stores' DAGs parsed until `condition(Airflow's database)` is true.

    The request is repeated, because Airflow forgets one for a file that it is parsing just then; not at once,
    for each costs a parse.
    """
    request = """INSERT INTO dag_priority_parsing_request (id, bundle_name, relative_fileloc)
                 VALUES (md5('product_sync.py'), 'dags-folder', 'product_sync.py') ON CONFLICT DO NOTHING"""
    with psycopg.connect(system.postgres.url("airflow"), autocommit=True) as airflow:
        ask_at = time.monotonic()

        def parsed() -> bool:
            nonlocal ask_at
            if condition(airflow):
                return True
            if time.monotonic() >= ask_at:
                airflow.execute(request)
                ask_at = time.monotonic() + PARSE_SECONDS
            return False

        wait_for(parsed, what)


def wait_for(condition: Any, what: str) -> Any:
    """Wait until `condition()` is true; what it gave. Fails after PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS:.0f} s for {what}"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="package")
def logged_in(system: System, browser: Browser) -> Callable[[str, str], StorageState]:
    """What a browser keeps of a log-in, and of the theme; each person logs in once.

    Administrators do so at Airflow's own form. To load Airflow's UI takes seconds, and most tests go straight
    to a page of ours, so that the others bring the cookie which the form would give them.
    """
    passwords = json.loads((system.state / "airflow" / "passwords.json").read_text())

    @cache
    def logged_in(role: str, theme: str) -> StorageState:
        before = logged_in(role, "light") if theme == "dark" else None
        with visiting(browser, base_url=system.airflow.address, storage_state=before) as visit:
            if theme == "dark":
                page = visit.new_page()
                page.goto("/")
                page.get_by_role("button", name="User").click()
                page.get_by_role("menuitem", name="Appearance").click()
                page.get_by_text("Dark Mode").click()
                expect(page.locator("html")).to_have_class(re.compile("dark"))
                return visit.storage_state()
            if role != "admin":
                login = {"username": role, "password": passwords[role]}
                token = visit.request.post("/auth/token", data=login).json()["access_token"]
                cookie = {"name": "_token", "value": token, "url": system.airflow.address}
                visit.add_cookies([cookie])  # type: ignore[list-item]
                return visit.storage_state()
            page = visit.new_page()
            page.goto("/")
            page.get_by_label("Username").fill(role)
            page.locator("input[type=password]").fill(passwords[role])
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "login" not in url)
            return visit.storage_state()

    return logged_in


@pytest.fixture
def person(
    system: System,
    browser: Browser,
    logged_in: Callable[[str, str], StorageState],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Page]]:
    """Opens a browser of somebody who is logged in: `person("viewer", width=390, theme="dark")`."""
    browsers = ExitStack()
    pages: list[Page] = []

    def person(role: str, width: int = 1280, theme: str = "light") -> Page:
        visit = visiting(
            browser,
            viewport={"width": width, "height": 900},
            storage_state=logged_in(role, theme),
            base_url=system.airflow.address,
        )
        page = browsers.enter_context(visit).new_page()
        pages.append(page)
        return page

    with browsers:
        yield person
        for number, page in enumerate(pages):
            page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{number}.png")
