"""A database that is away: a page that says so and comes back by itself."""

from __future__ import annotations

from typing import Any

import pytest

NOBODY_THERE = "postgres://crm@127.0.0.1:1/crm"


def test_the_page_says_so_tries_again_by_itself_and_works_when_it_is_back(
    crm_url: str, viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", NOBODY_THERE)
    for path in ("", "tea/products", "tea/orders", "tea/syncs"):
        away = viewer.get(path)
        assert away.status_code == 503
        assert "A database does not answer just now" in away.text
        assert '<meta http-equiv="refresh" content="5">' in away.text
        assert away.headers["Retry-After"] == "5"
        assert "127.0.0.1" not in away.text
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    assert "No store is connected yet" in viewer.read("")


def test_the_api_says_so_in_json(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", NOBODY_THERE)
    for answer in (user.get("api/data-sources"), user.post("tea/syncs")):
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("A database does not answer")


def test_a_missing_connection_is_named(user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_CRM_DB")
    answer = user.get("api/data-sources")
    assert (answer.status_code, answer.json()["detail"].split(".")[0]) == (
        409,
        "There is no Airflow Connection crm_db",
    )
