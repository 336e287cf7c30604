"""The page in Airflow's own web application, visited by people with each role; real databases behind it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import psycopg
import pytest
import uvicorn
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from httpx import Response
from psycopg.rows import dict_row

MOUNT = "/data-sources"
ORDER_PUSH = "bigcommerce_order_push"


@pytest.fixture
def order_push_dag(in_airflow: object) -> str:
    """The id of the order push, whose DAG is in Airflow's database."""
    from airflow.configuration import conf
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

    DagBundlesManager().sync_bundles_to_db()
    folder = conf.get("core", "dags_folder")
    bag = BundleDagBag(f"{folder}/order_push.py", bundle_path=folder, bundle_name="dags-folder")
    sync_bag_to_db(bag, "dags-folder", None)
    return ORDER_PUSH


@pytest.fixture
def api(airflow_app: Any) -> Iterator[str]:
    """The address of Airflow's API server, the page included, on this machine."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # before anybody calls
    server = uvicorn.Server(uvicorn.Config(airflow_app, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(10)
    listening.close()


class Visitor:
    """A person with a role, or nobody."""

    def __init__(self, app: Any, role: str | None, event_loop: BlockingPortal) -> None:
        self.client = TestClient(app, base_url="http://testserver", raise_server_exceptions=False)
        self.client.portal = event_loop
        if role:
            from airflow.api_fastapi.app import get_auth_manager
            from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

            token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=f"a {role}", role=role))
            self.client.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **parameters: Any) -> Response:
        """A page, or JSON below /api."""
        return self.client.get(f"{MOUNT}/{path}", params=parameters)

    def post(self, path: str, body: object = None) -> Response:
        """A change, as writes.js asks for it."""
        return self.client.post(
            f"{MOUNT}/api/data-sources/{path}", json=body or {}, headers={"X-Requested-With": "page"}
        )

    def read(self, path: str, **parameters: Any) -> str:
        """The words on a page, one space between them."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return words(answer.text)


def words(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.fixture
def visitor(
    airflow_app: Any,
    event_loop: BlockingPortal,
    in_airflow: object,
    crm_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Visitor]:
    """Someone with a role: viewer, user, op, admin, or None for nobody."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    return lambda role: Visitor(airflow_app, role, event_loop)


@pytest.fixture
def user(visitor: Callable[..., Visitor]) -> Visitor:
    """Someone who may sync and push orders."""
    return visitor("user")


@pytest.fixture
def viewer(visitor: Callable[..., Visitor]) -> Visitor:
    """Someone who may only look."""
    return visitor("viewer")


@pytest.fixture
def in_airflow(fillable_metadata: psycopg.Connection) -> Callable[..., list[dict[str, Any]]]:
    """What a statement on Airflow's database finds; nothing of other tests is there."""

    def rows(statement: str, *parameters: object) -> list[dict[str, Any]]:
        cursor = fillable_metadata.cursor(row_factory=dict_row).execute(statement.encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    return rows
