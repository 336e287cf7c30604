"""The page while a database is unavailable, and after it is back."""

from __future__ import annotations

from typing import Any

import pytest

NOBODY_THERE = "postgres://crm@127.0.0.1:1/crm"


def test_page_without_a_database_reloads_until_it_is_back(
    crm_url: str, viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", NOBODY_THERE)
    for path in ("", "tea/products", "tea/orders", "tea/syncs"):
        away = viewer.get(path)
        assert away.status_code == 503
        assert "The database is unavailable." in away.text
        assert '<meta http-equiv="refresh" content="5">' in away.text
        assert away.headers["Retry-After"] == "5"
        assert "127.0.0.1" not in away.text
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    assert "No store is connected yet" in viewer.read("")


def test_api_without_a_database_answers_503_and_says_what_was_not_done(
    user: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", NOBODY_THERE)
    op = visitor("op")
    for answer, sentence in (
        (user.get("api/data-sources"), "The database is unavailable."),
        (user.post("tea/syncs"), "Not started: the database is unavailable."),
        (user.post("tea/orders/retry"), "Not retried: the database is unavailable."),
        (op.post("", {"store_hash": "tea"}), "Not saved: the database is unavailable."),
    ):
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith(sentence)


def test_missing_connection_is_named(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    answer = user.get("api/data-sources")
    assert (answer.status_code, answer.json()["detail"].split(".")[0]) == (
        409,
        "There is no Airflow Connection crm_db",
    )
