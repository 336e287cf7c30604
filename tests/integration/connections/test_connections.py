"""Airflow Connections, opened: what arrives at the other end, and what is said when one is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from airflow.sdk import BaseHook, Connection
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse
from sqlalchemy.exc import OperationalError

from include.bigcommerce.errors import TokenRejected, TokenReplaced
from include.connections.crm import open_crm
from include.connections.extras import ConnectionExtraInvalid, client_settings
from include.connections.lookup import ConnectionMissing, ConnectionUnavailable
from include.connections.store import open_store
from include.connections.token_address import ALLOW_LOOPBACK, address_problem, password_of
from include.sandbox import Sandbox, serve

TOKEN = "a-made-up-token"


def set_connection(monkeypatch: pytest.MonkeyPatch, **fields: object) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BIGCOMMERCE_SANDBOX1", json.dumps({"conn_type": "http", **fields}))


def read(client: Any) -> Any:
    return client.send("GET", "/v2/store", scope="store_v2_information_read_only", safe_to_repeat=True)


def test_a_store_is_opened_with_the_token_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(Sandbox(products=1, token=TOKEN)) as store:
        extra = {"requests_in_flight": 2, "timeout": 5}
        set_connection(monkeypatch, host=store.base_url, password=TOKEN, extra=extra)
        with open_store("sandbox1") as client:
            assert client.requests_in_flight == 2
            assert read(client).ok
        headers = {name.lower() for name in store.requests[-1].headers}
    assert not headers & {"requests_in_flight", "timeout", "authorization"}


def test_a_token_can_be_tried_before_it_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(Sandbox(products=1, token=TOKEN)) as store:
        with open_store("sandbox1", base_url=store.base_url, token=TOKEN) as client:
            assert read(client).ok
        set_connection(monkeypatch, host="https://elsewhere.example", password="old")
        with open_store("sandbox1", base_url=store.base_url, token=TOKEN) as client:
            assert read(client).ok


def test_token_that_is_replaced_while_it_is_used_calls_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_after(change: Callable[[], object]) -> None:
        with open_store("sandbox1") as client:
            change()
            read(client)

    with serve(Sandbox(products=1, token=TOKEN)) as store:
        save = partial(set_connection, monkeypatch, host=store.base_url)
        save(password=TOKEN)
        with pytest.raises(TokenReplaced, match="was replaced meanwhile") as replaced:
            read_after(lambda: save(password=store.access.renew_token("another")))
        assert replaced.value.is_retried
        assert TOKEN not in str(replaced.value)
        read_after(lambda: None)
        with pytest.raises(TokenRejected):
            read_after(store.access.revoke_token)
        with pytest.raises(TokenRejected):  # the data source was deactivated
            read_after(lambda: monkeypatch.delenv("AIRFLOW_CONN_BIGCOMMERCE_SANDBOX1"))
        save(password="another")
        with (
            pytest.raises(TokenRejected),
            open_store("sandbox1", base_url=store.base_url, token=TOKEN) as tried,
        ):
            read(tried)


def test_a_missing_connection_is_named() -> None:
    with (
        pytest.raises(ConnectionMissing, match="no Airflow Connection bigcommerce_missing1"),
        open_store("missing1"),
    ):
        pass
    with pytest.raises(ConnectionMissing, match="crm_db"), open_crm():
        pass


def test_a_connection_without_a_token_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    set_connection(monkeypatch, host="https://api.bigcommerce.com")
    with pytest.raises(ConnectionMissing, match="holds no access token"), open_store("sandbox1"):
        pass


@pytest.mark.parametrize("host", ["api.bigcommerce.com", "http://api.bigcommerce.com"])
def test_a_token_is_sent_nowhere_without_encryption(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    set_connection(monkeypatch, host=host, password=TOKEN)
    with pytest.raises(ConnectionMissing, match="unencrypted") as refused, open_store("sandbox1"):
        pass
    assert TOKEN not in str(refused.value)


def test_crm_is_closed_at_the_end(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with open_crm() as crm:
        assert not crm.closed
    assert crm.closed


def test_what_is_not_committed_is_not_kept(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with open_crm() as crm:
        crm.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
    with open_crm() as crm:
        assert crm.execute("SELECT count(*) FROM crm.gateway").fetchone() == (0,)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"requests_in_flight": "many"}, "requests_in_flight must be a whole number from 1 to 20"),
        ({"requests_in_flight": 0}, "requests_in_flight must be"),
        ({"requests_in_flight": 2.5}, "requests_in_flight must be"),
        ({"requests_in_flight": True}, "requests_in_flight must be"),
        ({"requests_in_flight": 10**400}, "requests_in_flight must be"),
        ({"requests_in_flight": None}, "requests_in_flight must be"),
        ({"timeout": "soon"}, "timeout must be a number of seconds"),
        ({"timeout": -1}, "timeout must be"),
        ({"timeout": "NaN"}, "timeout must be"),
        ({"timeout": [5]}, "timeout must be"),
        ({"verify": "/no/such/file.pem"}, "verify must be true, false, or the path"),
        ({"verify": "a\0b"}, "verify must be"),
        ({"verify_ssl": 3}, "verify_ssl must be"),
        ({"proxies": "http://proxy:3128"}, "proxies must be addresses by scheme"),
        ({"proxies": {"https": 3128}}, "proxies must be"),
        ({"proxy": {"https": "proxy"}}, "proxy must be"),
        ({"cert": ["/no/such/cert.pem", "/no/such/key.pem"]}, "cert must be the path"),
        ({"request_in_flight": 3}, "request_in_flight is not a known setting"),
        ({"X-Trace": "a\r\nX-Auth-Token: b"}, "is not a known setting"),
        (["timeout", 5], "must be an object"),
        ("{not json", "it is not JSON"),
    ],
)
def test_extra_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, extra: object, words: str
) -> None:
    text = extra if isinstance(extra, str) else json.dumps(extra)
    set_connection(monkeypatch, host="https://api.bigcommerce.com", password=TOKEN)
    connection = BaseHook.get_connection("bigcommerce_sandbox1")
    connection.extra = text
    monkeypatch.setattr(BaseHook, "get_connection", lambda conn_id: connection)
    with pytest.raises(ConnectionExtraInvalid, match=re.escape(words)) as refused, open_store("sandbox1"):
        pass
    assert "bigcommerce_sandbox1" in refused.value.sentence
    assert "Admin, Connections" in refused.value.next_step
    assert not refused.value.is_retried
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("extra", "settings"),
    [
        ({}, {}),
        ({"requests_in_flight": "5", "timeout": "7.5"}, {"requests_in_flight": 5, "read_timeout": 7.5}),
        ({"timeout": 10_000}, {"read_timeout": 120.0}),
        ({"verify": False, "cert": __file__, "trust_env": False, "max_redirects": 3}, {}),
        ({"verify": __file__, "proxies": {"https": "http://proxy:3128"}, "X-Trace": "1"}, {}),
    ],
)
def test_extra_that_is_usable_becomes_settings_of_the_client(
    extra: dict[str, object], settings: dict[str, object]
) -> None:
    connection = Connection(conn_id="bigcommerce_tea", conn_type="http", extra=json.dumps(extra))
    assert client_settings(connection) == settings


class Supervisor:
    """Stands in for what asks Airflow's API for a task."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def send(self, message: object) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def in_a_task(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    """As inside a task whose supervisor answers so."""
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", Supervisor(answer), raising=False)


def test_connection_that_airflow_does_not_have_fails_a_task_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_task(monkeypatch, ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND))
    with pytest.raises(ConnectionMissing) as missing, open_store("sandbox1"):
        pass
    assert not missing.value.is_retried


def test_connection_of_an_api_server_that_does_not_answer_is_looked_up_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unavailable = ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": 503})
    in_a_task(monkeypatch, AirflowRuntimeError(unavailable))
    with pytest.raises(ConnectionUnavailable, match="Connection crm_db") as failed, open_crm():
        pass
    assert failed.value.is_retried


def test_connection_of_a_metadata_database_that_does_not_answer_is_not_called_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.utils import session

    def create_session() -> None:
        raise OperationalError("SELECT 1", {}, Exception("refused"))

    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    monkeypatch.setattr(session, "create_session", create_session)
    with pytest.raises(ConnectionUnavailable, match="database did not answer"), open_crm():
        pass


def test_token_is_sent_only_to_the_host_it_was_entered_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(Sandbox(products=1, token=TOKEN)) as store:
        set_connection(monkeypatch, host=store.base_url, password=password_of(TOKEN, store.base_url))
        with open_store("sandbox1") as client:
            assert read(client).ok
        set_connection(
            monkeypatch, host=store.base_url, password=password_of(TOKEN, "https://api.example.com")
        )
        asked = len(store.requests)
        with pytest.raises(ConnectionMissing, match="was changed after") as refused, open_store("sandbox1"):
            pass
        assert len(store.requests) == asked
        assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",  # noqa: S104
        "[::1]",
        "[::ffff:127.0.0.1]",
        "a.localhost",
    ],
)
def test_store_on_this_machine_needs_a_setting(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    for scheme in ("http", "https"):
        assert address_problem(f"{scheme}://{host}:8070") == ""
        monkeypatch.setenv(ALLOW_LOOPBACK, "false")
        assert "is this machine" in address_problem(f"{scheme}://{host}:8070")
        monkeypatch.setenv(ALLOW_LOOPBACK, "true")


def test_store_elsewhere_needs_tls_whatever_the_setting() -> None:
    assert address_problem("https://api.bigcommerce.com") == ""
    assert "unencrypted" in address_problem("http://api.bigcommerce.com")
    assert "unencrypted" in address_problem("http://10.0.0.1")
