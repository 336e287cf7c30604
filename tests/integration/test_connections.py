"""Airflow Connections, opened: what arrives at the other end, and what is said when one is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.connections import ConnectionMissing, open_crm, open_store
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


def test_a_missing_connection_is_named() -> None:
    with (
        pytest.raises(ConnectionMissing, match="no Airflow Connection bigcommerce_sandbox1"),
        open_store("sandbox1"),
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


def test_the_crm_is_opened_in_utc_and_closed_at_the_end(
    crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with open_crm(statement_timeout=3) as crm:
        assert crm.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
        assert crm.execute("SELECT current_setting('statement_timeout')").fetchone() == ("3s",)
    assert crm.closed


def test_what_is_not_committed_is_not_kept(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with open_crm() as crm:
        crm.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
    with open_crm() as crm:
        assert crm.execute("SELECT count(*) FROM crm.gateway").fetchone() == (0,)
