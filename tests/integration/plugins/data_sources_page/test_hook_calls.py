"""Calls of webhooks: kept as hints if they are BigCommerce's; nothing else changes anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
import requests

from include.crm import store_hooks
from include.store_hooks.secret import HEADER, digest_of
from plugins.data_sources_page import hook_calls
from tests.support.store_hooks import SECRET, add_hook, event, hints

NOBODY_THERE = "postgres://crm@127.0.0.1:1/crm"
Call = Callable[..., Any]


@pytest.fixture
def call(visitor: Callable[..., Any]) -> Call:
    """`call(body, secret=…, store=…)`, as BigCommerce calls: without a login, and without our headers."""
    client = visitor(None).client

    def send(body: bytes, secret: str | bytes | None = SECRET, store: str = "tea", **headers: str) -> Any:
        own = {HEADER: secret} if secret is not None else {}
        return client.post(f"/data-sources/hooks/{store}", content=body, headers={**own, **headers})

    return send


def test_call_is_kept_as_a_hint(crm: psycopg.Connection[Any], call: Call) -> None:
    add_hook(crm)
    assert call(event(product_id=205)).status_code == 200
    order = event(scope="store/shipment/created", data={"type": "shipment", "id": 1, "orderId": 250})
    answer = call(order, **{"Content-Type": "application/json", "Origin": "https://elsewhere.example.com"})
    assert (answer.status_code, answer.json()) == (200, {"result": "kept"})
    assert hints(crm) == [("product", 205), ("order", 250)]
    [(noted,)] = crm.execute("SELECT last_event_at IS NOT NULL FROM crm.store_hook").fetchall()
    assert noted


def test_repeated_call_is_acknowledged_and_kept_once(crm: psycopg.Connection[Any], call: Call) -> None:
    add_hook(crm)
    body = event()
    answers = [call(body).json()["result"] for _ in range(3)]
    crm.execute("UPDATE crm.change_hint SET handled_at = now()")
    crm.commit()
    answers.append(call(body).json()["result"])
    assert answers == ["kept", "known", "known", "known"]
    assert len(hints(crm)) == 1


def test_event_that_the_crm_does_not_need_is_acknowledged(crm: psycopg.Connection[Any], call: Call) -> None:
    add_hook(crm)
    answer = call(event(scope="store/order/created", data={"type": "order", "id": 250}))
    assert (answer.status_code, answer.json()["result"], hints(crm)) == (200, "not needed", [])


def test_secret_store_and_state_that_do_not_fit_are_answered_alike(
    crm: psycopg.Connection[Any], call: Call
) -> None:
    add_hook(crm)
    add_hook(crm, "gone1", state="inactive")
    add_hook(crm, "draining1", state="draining")
    add_hook(crm, "off1", changes_at_once=False)
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('none1', 'No hooks yet')")
    crm.commit()
    refused = [
        call(event(), secret="wrong"),
        call(event(), secret=""),
        call(event(), secret=None),
        call(event(), secret="e" * 5_000),
        call(event(), secret=b"\xe9\xff"),
        call(b"not even JSON", secret="wrong"),
        *(call(event(store), store=store) for store in ("gone1", "draining1", "off1", "none1", "unknown1")),
        *(call(event(), store=store) for store in ("x", "TEA", "%00", "tea%27--", "t" * 500)),
    ]
    assert {(answer.status_code, answer.text) for answer in refused} == {(403, '{"result":"refused"}')}
    assert hints(crm) == []
    assert crm.execute("SELECT count(last_event_at) FROM crm.store_hook").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"{", 200),
        (event("other1"), 200),
        (event(product_id=2**63), 200),
        (event(data={"type": "sku", "id": 5}), 200),
        (b" " * (64 * 1024 + 1), 413),
    ],
)
def test_malformed_call_changes_nothing_and_is_not_repeated(
    crm: psycopg.Connection[Any], call: Call, body: bytes, status: int
) -> None:
    add_hook(crm)
    answer = call(body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert hints(crm) == []
    assert crm.execute("SELECT last_event_at FROM crm.store_hook").fetchall() == [(None,)]


def test_call_with_nul_in_its_texts_is_kept(crm: psycopg.Connection[Any], call: Call) -> None:
    add_hook(crm)
    assert call(event(hash="\0", scope="store/product/\0")).status_code == 200
    assert hints(crm) == [("product", 205)]


def test_paused_store_keeps_its_hints(crm: psycopg.Connection[Any], call: Call) -> None:
    add_hook(crm, paused_at="2026-11-28T10:00:00Z", paused_by="ann")
    assert call(event()).status_code == 200
    assert len(hints(crm)) == 1


def test_old_secret_is_accepted_until_all_hooks_have_the_new_one(
    crm: psycopg.Connection[Any], call: Call
) -> None:
    add_hook(crm)
    [(source_id,)] = crm.execute("SELECT data_source_id FROM crm.data_source").fetchall()
    store_hooks.begin(crm, source_id, "https://airflow.example.com/new", digest_of("new"))
    crm.commit()
    assert [call(event(), secret=each).status_code for each in (SECRET, "new")] == [200, 200]
    store_hooks.finish(crm, source_id, digest_of("new"), [1])
    crm.commit()
    assert [call(event(), secret=each).status_code for each in (SECRET, "new")] == [403, 200]


def test_answer_is_503_while_the_database_is_unavailable_and_calls_are_kept_afterwards(
    crm: psycopg.Connection[Any], call: Call, server: Any, monkeypatch: pytest.MonkeyPatch, crm_url: str
) -> None:
    add_hook(crm)
    assert call(event()).status_code == 200
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", NOBODY_THERE)
    _end_other_connections(crm)
    answer = call(event())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "127.0.0.1" not in answer.text
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    assert call(event()).status_code == 200
    _end_other_connections(crm)
    assert call(event()).status_code == 200
    assert len(hints(crm)) == 3


def _end_other_connections(crm: psycopg.Connection[Any]) -> None:
    crm.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    crm.commit()


def test_flood_into_a_locked_table_is_refused_and_the_page_goes_on(
    crm: psycopg.Connection[Any], api: str, viewer: Any
) -> None:
    add_hook(crm)
    crm.execute("LOCK TABLE crm.change_hint IN ACCESS EXCLUSIVE MODE")

    def send(_: int) -> int:
        address = f"{api}/data-sources/hooks/tea"
        return requests.post(address, event(), headers={HEADER: SECRET}, timeout=60).status_code

    with ThreadPoolExecutor(80) as callers:
        sent = callers.map(send, range(160))
        assert viewer.get("").status_code == 200
        statuses = list(sent)
    crm.rollback()
    assert set(statuses) == {503}
    connections = crm.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%hint%' "
        "AND pid <> pg_backend_pid()"
    ).fetchall()
    assert connections[0][0] <= hook_calls.AT_ONCE
    deadline = time.monotonic() + 30
    while send(0) != 200 and time.monotonic() < deadline:
        pass
    assert hints(crm)


def test_call_costs_little(
    crm: psycopg.Connection[Any], crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CPU time of this process, which other work on the machine does not change."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    add_hook(crm)
    queue = hook_calls.CallQueue()
    assert queue._keep("tea", SECRET, event()) == "kept"
    began = time.process_time()
    for _ in range(100):
        assert queue._keep("tea", SECRET, event()) == "kept"
    kept_seconds = (time.process_time() - began) / 100
    began = time.process_time()
    for _ in range(100):
        assert queue._keep("tea", "forged", event()) == "refused"
    refused_seconds = (time.process_time() - began) / 100
    print(f"CPU of a call: kept {kept_seconds * 1000:.2f} ms, forged {refused_seconds * 1000:.2f} ms")
    assert kept_seconds < 0.025
    assert refused_seconds < 0.025
