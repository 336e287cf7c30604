"""Data sources on the page and in its API: activate, change, deactivate, sync; and no secret anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from include.sandbox import Sandbox, serve
from tests.support.crm_rows import insert
from tests.support.page_permissions import LEAST_ROLE

TOKEN = "recognisable-token-0815"
OTHER_TOKEN = "another-recognisable-4711"
TEA = "tea"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A store that accepts TOKEN."""
    with serve(Sandbox(products=3, variants=1, token=TOKEN, store_hash=TEA)) as store:
        yield store


@pytest.fixture
def op(visitor: Callable[..., Any], in_airflow: Callable[..., list[dict[str, Any]]], snapshot: None) -> Any:
    """Someone who may edit Connections; Airflow holds none yet."""
    in_airflow("TRUNCATE connection, dag_priority_parsing_request CASCADE")
    return visitor("op")


@pytest.fixture
def snapshot(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry's snapshot of this test."""
    monkeypatch.setenv("BIGCOMMERCE_REGISTRY_SNAPSHOT", str(tmp_path / "data_sources.json"))


def entered(sandbox: Sandbox, **more: object) -> dict[str, object]:
    return {"store_hash": TEA, "access_token": TOKEN, "base_url": sandbox.base_url, **more}


def patch(visitor: Any, body: object) -> Any:
    return visitor.client.patch(
        f"/data-sources/api/data-sources/{TEA}", json=body, headers={"X-Requested-With": "page"}
    )


def test_activating_saves_the_connection_and_the_data_source_and_asks_for_the_dag(
    op: Any, sandbox: Sandbox, crm: Any, in_airflow: Any
) -> None:
    made = op.post("", entered(sandbox, auto_sync="60", send_initial_orders=True))
    assert made.status_code == 201, made.text
    assert made.json()["message"].startswith(
        "Sandbox Store is activated. Its first sync starts automatically"
    )
    row = crm.execute("SELECT auto_sync_minutes, send_initial_orders FROM crm.data_source").fetchone()
    assert row == (60, True)
    assert in_airflow("SELECT host FROM connection")[0]["host"] == sandbox.base_url
    assert in_airflow("SELECT relative_fileloc FROM dag_priority_parsing_request")[0] == {
        "relative_fileloc": "product_sync.py"
    }
    (audit,) = in_airflow("SELECT * FROM log WHERE event = 'bigcommerce.activate'")
    assert audit["owner"] == "a op"
    assert json.loads(audit["extra"])["access_token"] == "entered"
    assert "Setting up this store…" in op.read(TEA)
    assert op.get(f"api/data-sources/{TEA}").json()["store_name"] == "Sandbox Store"


def test_the_page_of_a_new_store_asks_for_its_dag_until_airflow_lists_it(
    op: Any, viewer: Any, sandbox: Sandbox, crm: Any, in_airflow: Any
) -> None:
    op.post("", entered(sandbox))
    in_airflow("DELETE FROM dag_priority_parsing_request")  # Airflow was parsing the file, and forgot it
    assert "Setting up this store…" in viewer.read(f"{TEA}/card")
    assert len(in_airflow("SELECT * FROM dag_priority_parsing_request")) == 1

    in_airflow("DELETE FROM dag_priority_parsing_request")
    crm.execute("UPDATE crm.data_source SET updated_at = now() - interval '1 hour'")
    crm.commit()
    viewer.read(f"{TEA}/card")  # by now, another parse would not help
    assert in_airflow("SELECT * FROM dag_priority_parsing_request") == []


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"store_hash": "https://api.bigcommerce.com/stores/7f5kjtkp2/v3/"}, "store_hash", "7f5kjtkp2"),
        ({"auto_sync": "59"}, "auto_sync", "at most every 60 minutes"),
        ({"auto_sync": 30}, "auto_sync", "at most every 60 minutes"),
        ({"biller_id": "9"}, "biller_id", "gateway list"),
        ({"send_order_status": "Lost"}, "send_order_status", "Choose one of"),
        ({"access_token": "two words"}, "access_token", "spaces"),
        ({"base_url": "http://evil.example"}, "base_url", "unencrypted"),
    ],
)
def test_what_cannot_be_taken_is_named_at_its_field_while_typing_and_on_saving(
    op: Any, sandbox: Sandbox, crm: Any, wrong: dict[str, object], field: str, said: str
) -> None:
    body = entered(sandbox) | wrong
    for path in ("check", ""):
        assert said in op.post(path, body).json()["problems"][field]
    assert crm.execute("SELECT count(*) FROM crm.data_source").fetchone() == (0,)


def test_a_wrong_token_is_named(op: Any, sandbox: Sandbox) -> None:
    for path in ("test", ""):
        refused = op.post(path, entered(sandbox) | {"access_token": OTHER_TOKEN})
        assert refused.status_code == 422
        assert "BigCommerce rejected the access token" in refused.json()["problems"]["access_token"]


def test_every_scope_that_is_missing_is_named_at_once(op: Any, sandbox: Sandbox) -> None:
    sandbox.access.scopes = {"store_v2_products_read_only"}
    problem = op.post("test", entered(sandbox, send_initial_orders=True)).json()["problems"]["access_token"]
    for scope in ("Information & Settings: read-only", "Products: modify", "Orders: modify"):
        assert scope in problem
    sandbox.access.scopes = {"store_v2_products", "store_v2_information"}
    # the form names three scopes, so they are all asked for, although no orders are sent yet
    assert "Orders: modify" in op.post("test", entered(sandbox)).json()["problems"]["access_token"]
    assert op.post("", entered(sandbox)).status_code == 201
    assert {request.body for request in sandbox.requests if request.method != "GET"} == {b"[]"}
    assert not sandbox.catalogue.metafields


def test_access_test_names_a_wrong_store_hash_and_asks_no_store(op: Any, sandbox: Sandbox) -> None:
    problems = op.post("test", {"store_hash": "../admin?x=", "base_url": sandbox.base_url}).json()["problems"]
    assert list(problems) == ["store_hash", "access_token"]
    assert not sandbox.requests


def test_second_of_two_people_sees_what_changed_meanwhile_and_can_save_again(
    op: Any, sandbox: Sandbox, crm: Any
) -> None:
    def save(version: str, body: dict[str, object]) -> Any:
        headers = {"X-Requested-With": "page", "If-Match": version}
        return op.client.patch(f"/data-sources/api/data-sources/{TEA}", json=body, headers=headers)

    op.post("", entered(sandbox, auto_sync="60"))
    opened = op.get(f"api/data-sources/{TEA}").json()["updated_at"]
    (version,) = re.findall(r'data-version="([^"]+)"', op.get(f"{TEA}/settings").text)
    assert datetime.fromisoformat(version) == datetime.fromisoformat(opened.replace("Z", "+00:00"))
    assert save(version, {"auto_sync": "120", "send_rebill_orders": True}).status_code == 200
    refused = save(version, {"auto_sync": "90", "order_lookup_delay": "300", "send_rebill_orders": False})
    assert refused.status_code == 412
    assert refused.json()["detail"].startswith("Not saved: somebody else changed these settings")
    saved = {each["name"]: each["saved"] for each in refused.json()["conflict"]["settings"]}
    assert saved == {"auto_sync": "120", "order_lookup_delay": "120", "send_rebill_orders": True}
    assert crm.execute("SELECT auto_sync_minutes FROM crm.data_source").fetchone() == (120,)
    crm.rollback()
    assert save(refused.json()["conflict"]["version"], {"auto_sync": "90"}).status_code == 200
    assert crm.execute("SELECT auto_sync_minutes FROM crm.data_source").fetchone() == (90,)


def test_form_to_activate_a_store_again_says_first_which_orders_that_sends(
    op: Any, sandbox: Sandbox, crm: Any
) -> None:
    op.post("", entered(sandbox, send_initial_orders=True))
    crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (5, 'A', 'USD')")
    crm.execute("UPDATE crm.data_source SET campaign_id = 5")
    order = {"order_id": 1, "campaign_id": 5, "order_type": "NEW_SALE", "order_status": "COMPLETE"}
    money = {"currency_code": "USD", "price": 1, "total_amount": 1, "completed_at": "2026-08-03T10:00Z"}
    insert(crm, "customer_order", {**order, **money})
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, requested_by) "
        "SELECT data_source_id, 1, 'schedule' FROM crm.data_source"
    )
    crm.execute("UPDATE crm.data_source SET state = 'inactive'")
    crm.commit()
    assert (
        "1 order, completed on 2026-08-03, waited when the store was deactivated. Once the store is active "
        "again, the next push sends it. If the store should not have it, cancel it in the CRM first."
    ) in op.get("activate", store=TEA).text


def test_an_empty_token_keeps_the_saved_one_and_what_is_not_given_stays(
    op: Any, sandbox: Sandbox, crm: Any, in_airflow: Any
) -> None:
    op.post("", entered(sandbox, auto_sync="60"))
    kept = in_airflow("SELECT password FROM connection")
    assert patch(op, {"access_token": "", "send_rebill_orders": True}).status_code == 200
    assert in_airflow("SELECT password FROM connection") == kept
    row = crm.execute("SELECT auto_sync_minutes, send_rebill_orders FROM crm.data_source").fetchone()
    assert row == (60, True)
    assert patch(op, {"auto_sync": ""}).status_code == 200
    assert crm.execute("SELECT auto_sync_minutes FROM crm.data_source").fetchone() == (None,)


def test_deactivating_says_first_what_it_does_and_is_undone_while_a_sync_is_under_way(
    op: Any, sandbox: Sandbox, in_airflow: Any
) -> None:
    op.post("", entered(sandbox))
    assert "access token and base URL are deleted" in op.read(f"{TEA}/deactivate")
    in_airflow(
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, clear_number) "
        "VALUES ('bigcommerce_product_sync__tea', 'manual__1', 'manual', 'running', now(), 0)"
    )
    assert op.post(f"{TEA}/deactivate").json()["state"] == "draining"
    assert "Being deactivated" in op.read(TEA)
    undone = op.post("", {"store_hash": TEA})  # the token is still there
    assert undone.status_code == 201, undone.text
    in_airflow("DELETE FROM dag_run")
    assert op.post(f"{TEA}/deactivate").json()["state"] == "inactive"
    assert in_airflow("SELECT * FROM connection") == []
    assert "access_token" in op.post("", {"store_hash": TEA}).json()["problems"]
    assert "Activate again" in op.read("")


def test_a_sync_cannot_be_started_while_airflow_lacks_the_dag_or_one_is_under_way(
    op: Any, user: Any, sandbox: Sandbox, in_airflow: Any
) -> None:
    op.post("", entered(sandbox))
    refused = user.post(f"{TEA}/syncs")
    assert (refused.status_code, "does not list the DAG" in refused.json()["detail"]) == (409, True)
    in_airflow(
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, clear_number) "
        "VALUES ('bigcommerce_product_sync__tea', 'manual__1', 'manual', 'queued', now(), 0)"
    )
    assert (
        user.post(f"{TEA}/syncs").json()["detail"].startswith("A sync of Sandbox Store is already Submitted.")
    )
    assert "Submitted" in user.read("")


def test_the_token_is_in_no_answer_no_page_no_log_and_no_table(
    op: Any,
    visitor: Callable[..., Any],
    sandbox: Sandbox,
    crm: psycopg.Connection[Any],
    in_airflow: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    said = []
    wrong: list[Any] = [
        {"access_token": 5},
        {"access_token": [TOKEN]},
        {"access_token": {"is": TOKEN}},
        {"access_token": TOKEN, "unknown": TOKEN},
        {"store_hash": TEA, "access_token": f"{TOKEN} {TOKEN}"},
        [TOKEN],
        entered(sandbox) | {"access_token": OTHER_TOKEN},
        entered(sandbox) | {"base_url": f"http://{TOKEN}"},
        entered(sandbox),
        entered(sandbox),
    ]
    for path in ("check", "test", ""):
        said += [op.post(path, body) for body in wrong[3:] if isinstance(body, dict)]
        said += [op.post(path, body) for body in wrong[:3]]
        said.append(
            op.client.post(
                f"/data-sources/api/data-sources/{path}".rstrip("/"),
                content=f'{{"access_token": "{TOKEN}",',
                headers={"X-Requested-With": "page", "Content-Type": "application/json"},
            )
        )
    said += [patch(op, {"access_token": OTHER_TOKEN}), patch(op, {"access_token": TOKEN})]
    names = dict.fromkeys(
        (
            *("order_id", "sync_run_id", "campaign_product_id", "variant_detail_id"),
            *("order_reconciliation_id", "price_batch_id"),
        ),
        "1",
    )
    for rule in LEAST_ROLE:
        if rule.startswith("GET "):
            said.append(visitor("admin").get(rule[5:].format(store=TEA, run_id="x", **names)))
    texts = [f"{answer.headers} {answer.text}" for answer in said]
    texts += [json.dumps(in_airflow("SELECT * FROM log"), default=str), caplog.text, *capfd.readouterr()]
    for schema_table in crm.execute(
        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
        "WHERE table_schema = 'crm'"
    ).fetchall():
        texts.append(str(crm.execute(f"SELECT t::text FROM {schema_table[0]} t".encode()).fetchall()))  # noqa: S608
    texts.append(str(in_airflow("SELECT * FROM connection")))
    assert any(answer.status_code == 201 for answer in said)
    # what a person typed as an address is theirs; the access token never comes back
    leaks = [text for text in texts if TOKEN in text.replace(f"http://{TOKEN}", "") or OTHER_TOKEN in text]
    assert leaks == [], [leak[max(0, leak.find("recognisable") - 300) :][:400] for leak in leaks]
