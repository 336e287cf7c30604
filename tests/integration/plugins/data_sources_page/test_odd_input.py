"""Whatever somebody sends, the page answers with a sentence and never with a 500.

The routes and their parameters are read from the application itself, so that new ones are covered, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from include.bigcommerce.store_information import Store
from include.connections.crm import open_crm
from include.crm.database import explained_errors

STORE = "tea1"
VALID = {"store": STORE, "run_id": "manual__1"}
# As they stand in an address, percent-encoded.
TEXTS = [
    "%00",
    "a%0D%0ASet-Cookie:%20x",
    "%ED%A0%80",  # a lone surrogate
    "%FF%FE",  # no UTF-8
    "..%2F..%2Fadmin%3Fx=",
    "9" * 400,
]
VALUES: list[Any] = [
    None,
    2**70,
    "\0",
    "\ud800",
    "https://a..b",
    [None],
    {"a": []},
]
BODIES = [
    b"",
    b"{",
    b"null",
    b"NaN",
    b"\xff\xfe",
    b'{"a": ' + b"[" * 5_000,
    b'{"price": 1e999999}',
    b'{"\\ud800": 1}',
]


class SharedConnection(ExitStack):
    """The connection to the CRM of one request after the other, as long as it works.

    Opening one, and Postgres getting to know its tables, takes longer than all else that a request does.
    """

    crm: psycopg.Connection[Any] | None = None

    @contextmanager
    def open(self, *, statement_timeout: int, **limits: float) -> Iterator[psycopg.Connection[Any]]:
        """In place of include.connections.crm.open_crm, with the same errors."""
        if self.crm is None or self.crm.closed:
            self.crm = self.enter_context(open_crm(statement_timeout=statement_timeout))
        with explained_errors():
            try:
                yield self.crm
            finally:
                self.crm.rollback()


@pytest.fixture
def client(
    airflow_app: Any,
    in_airflow: object,
    crm_url: str,
    crm: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[TestClient]:
    """An administrator's client of the page alone, with one data source, whose store always answers well."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    monkeypatch.setattr(
        "include.data_sources.access_check._try_access",
        lambda entered, *connection, **options: Store(name="Tea Shop", currency="EUR"),
    )
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    async def administrator(token: str | None) -> SimpleAuthManagerUser:
        return SimpleAuthManagerUser(username="admin", role="admin")

    # Not by FastAPI's dependency_overrides: with one, it inspects every function of a route at each request.
    # And not by a token, which Airflow looks up in its database each time.
    monkeypatch.setattr("airflow.api_fastapi.core_api.security.resolve_user_from_token", administrator)
    from plugins.data_sources_page.app import create_app

    connection = SharedConnection()
    monkeypatch.setattr("plugins.data_sources_page.dependencies.open_crm", connection.open)

    crm.execute("INSERT INTO crm.campaign (name, currency_code) VALUES ('Tea', 'EUR')")
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name, campaign_id) VALUES (%s, 'Tea Shop', 1)",
        [STORE],
    )
    crm.commit()
    # kept open, for otherwise each request starts a thread of its own
    with (
        connection,
        TestClient(
            create_app(), raise_server_exceptions=False, headers={"X-Requested-With": "page"}
        ) as client,
    ):
        yield client


def test_no_route_answers_500_to_any_path_query_or_body(
    client: TestClient, crm: psycopg.Connection[Any]
) -> None:
    failed = []
    tried = 0
    for method, address, body in requests_of(client.app):
        content = {"Content-Type": "application/json"} if body is not None else {}
        answer = client.request(method, address, content=body, headers=content)
        tried += 1
        if answer.status_code >= 500:
            failed.append((method, address[:200], (body or b"")[:200], answer.status_code))
        if method != "GET":
            crm.execute("UPDATE crm.data_source SET state = 'active' WHERE store_hash = %s", [STORE])
            crm.commit()
    assert tried > 500
    assert failed == []


def requests_of(app: Any) -> Iterator[tuple[str, str, bytes | None]]:
    """Method, address and body of requests in which one part is odd and all others are usual."""
    for route in app.routes:
        if not isinstance(route, APIRoute):
            continue
        parameters = get_flat_params(route.dependant)
        names = {each.alias for each in parameters if f"{{{each.alias}}}" in route.path}
        usual = {name: VALID.get(name, "1") for name in names}
        address = route.path.format(**usual)
        fields = _fields(route)
        for method in route.methods - {"HEAD"}:
            body = b"{}" if route.body_field else None
            yield method, address, body
            for name in names:
                for text in TEXTS:
                    yield method, route.path.format(**{**usual, name: text}), body
            for each in parameters:
                if each.alias not in names and each.field_info.__class__.__name__ == "Query":
                    yield from ((method, f"{address}?{each.alias}={text}", body) for text in TEXTS)
            if route.body_field:
                yield from ((method, address, odd) for odd in BODIES)
                for number, field in enumerate(fields):
                    usual_body = {"store_hash": STORE} if "store_hash" in fields else {}
                    for value in VALUES[number % 3 :: 3]:  # neighbouring fields get the others
                        yield method, address, json.dumps({**usual_body, field: value}).encode()


def _fields(route: APIRoute) -> list[str]:
    """The names of the fields of a route's body."""
    model = route.body_field.field_info.annotation if route.body_field else None
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]
