"""A half-filled Connection crm_db says which field is empty or wrong, and where to correct it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from airflow.sdk import BaseHook, Connection

from include.connections.crm import open_crm
from include.connections.fields import ConnectionIncomplete
from include.connections.lookup import ConnectionUnreadable
from include.crm import data_sources
from include.database_errors import DatabaseAccessDenied, DatabaseError, DatabaseUnavailable
from include.local.ports import free_port

Fill = Callable[..., None]


@pytest.fixture
def fill(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """`fill(field=value, …)` changes fields of a Connection that works; None is an empty field."""
    address = urlsplit(crm_url)
    works = {
        **{"conn_type": "postgres", "host": address.hostname, "port": address.port},
        **{"login": address.username, "password": address.password, "schema": address.path[1:]},
        "extra": {"sslmode": "disable"},
    }
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)

    def fill_in(**fields: Any) -> None:
        given = {name: value for name, value in {**works, **fields}.items() if value is not None}
        monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", json.dumps(given))

    return fill_in


def failure(kind: type[DatabaseError]) -> DatabaseError:
    with pytest.raises(kind) as failed, open_crm(connect_timeout=5) as crm:
        data_sources.list_all(crm)
    return failed.value


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"host": None}, "Host is empty; it is the name of the server"),
        ({"host": ""}, "Host is empty"),
        ({"host": " "}, "Host is empty"),
        ({"host": None, "login": None, "schema": None, "port": None}, "Host is empty.*Login is empty"),
        ({"host": "127.0.0.1 "}, "Host “127.0.0.1 ” begins or ends with a blank"),
        ({"host": "postgresql://crm.example.com/crm"}, "Host holds a whole address"),
        ({"host": "https://crm.example.com"}, "Host holds a whole address"),
        ({"host": "jdbc:postgresql:crm"}, "Host holds a whole address"),
        ({"host": "crm:pass@crm.example.com"}, "Host holds a whole address"),
        ({"host": "127.0.0.1/crm"}, "Host holds a whole address"),
        ({"host": "127.0.0.1:5432"}, "Host “127.0.0.1:5432” holds a port"),
        ({"port": -1}, "Port is -1, but must be from 1 to 65535"),
        ({"port": 99_999}, "Port is 99999"),
    ],
)
def test_field_that_no_connection_can_be_made_with_is_named(
    fields: dict[str, object], problem: str, fill: Fill
) -> None:
    fill(**fields)
    error = failure(ConnectionIncomplete)
    assert error.sentence.startswith("The CRM database cannot be opened: in the Airflow Connection crm_db, ")
    assert re.search(problem, error.sentence)
    assert "pass@" not in error.sentence
    assert error.next_step == (
        "Ask your administrator to correct it in the environment variable AIRFLOW_CONN_CRM_DB."
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"login": None}, "refuses the user name or password.*Login is empty"),
        ({"password": None}, "refuses the user name or password.*Password is empty"),
        ({"login": " postgres"}, "refuses the user name or password.*Login begins or ends with a blank"),
        ({"password": "tests "}, "refuses the user name or password.*Password begins or ends with a blank"),
        ({"schema": "crm "}, "does not exist on its server.*Database begins or ends with a blank"),
        ({"schema": None}, "does not exist on its server.*Database is empty, so Postgres takes the database"),
        ({"extra": {"sslmode": "requierd"}}, "sslmode in Extra is “requierd”, but must be one of disable, "),
        ({"extra": {"sslmode": " require"}}, "sslmode in Extra is “ require”"),
        ({"host": "no-such-host.invalid", "schema": None}, "is unknown.*Database is empty"),
    ],
)
def test_field_that_may_be_why_is_named_beside_what_the_server_says(
    fields: dict[str, object], problem: str, fill: Fill
) -> None:
    fill(**fields)
    with pytest.raises(ConnectionIncomplete, match=problem), open_crm(connect_timeout=5):
        pass


def test_database_that_is_called_like_the_user_is_not_said_to_lack_migrations(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, postgres: Any
) -> None:
    fill(login="postgres", password=postgres.password, schema=None)
    assert "Database is empty" in failure(ConnectionIncomplete).sentence


def test_connection_of_airflows_own_database_is_corrected_there(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB", raising=False)
    saved = Connection(conn_id="crm_db", conn_type="postgres", login="crm", password="a password")
    monkeypatch.setattr(BaseHook, "get_connection", lambda _: saved)
    assert failure(ConnectionIncomplete).next_step == (
        "Ask your administrator to correct it under Admin, Connections, crm_db."
    )


@pytest.mark.parametrize("value", ["{", "postgres://crm:a@127.0.0.1:port/crm", '{"port": "x"}'])
def test_variable_that_holds_no_connection_is_not_called_missing(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", value)
    with pytest.raises(ConnectionUnreadable, match="variable AIRFLOW_CONN_CRM_DB cannot be read"), open_crm():
        pass


def test_outage_stays_an_outage_though_fields_are_left_to_defaults(fill: Fill) -> None:
    fill(port=free_port(0), login=None, schema=None)
    assert "Connection refused" in failure(DatabaseUnavailable).sentence


@pytest.mark.parametrize("extra", [{"hostaddr": "127.0.0.1"}, {"host": "127.0.0.1"}])
def test_host_may_be_in_the_extra(extra: dict[str, str], fill: Fill) -> None:
    fill(host=None, extra={"sslmode": "disable", **extra})
    with open_crm() as crm:
        assert data_sources.list_all(crm) == []


def test_wrong_password_alone_is_no_field_left_empty(fill: Fill) -> None:
    fill(password="not the password")
    assert type(failure(DatabaseAccessDenied)) is DatabaseAccessDenied
