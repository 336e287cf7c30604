"""Every route and every role, under the simple auth manager."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from plugins.data_sources_page.app import create_app
from tests.support.page_permissions import (
    LEAST_ROLE,
    PUBLIC_ROUTES,
    ROLES,
    ask,
    expected,
    mounts_of,
    routes_of,
)

PUBLIC = {".css", ".js", ".svg", ".png"}


@pytest.fixture
def shop(crm: Any) -> None:
    """A data source, so that not every answer is a 404."""
    crm.execute("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('tea', 'Tea Shop')")
    crm.commit()


def test_every_route_has_a_rule_and_every_rule_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    routes = routes_of(create_app()) - PUBLIC_ROUTES
    assert routes - LEAST_ROLE.keys() == set(), "routes without a rule in page_permissions.py"
    assert LEAST_ROLE.keys() - routes == set(), "rules without a route"


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_may_do_what_its_rule_says_and_nothing_else(
    shop: None, visitor: Callable[..., Any], role: str | None
) -> None:
    client = visitor(role).client
    wrong = {rule: status for rule in LEAST_ROLE if (status := ask(client, rule)) not in expected(rule, role)}
    assert wrong == {}


def test_the_cookie_of_airflows_page_is_a_login_too(
    shop: None, airflow_app: Any, visitor: Callable[..., Any]
) -> None:
    bearer = visitor("viewer").client.headers["Authorization"]
    client = TestClient(airflow_app, cookies={"_token": bearer.removeprefix("Bearer ")})
    assert client.get("/data-sources/").status_code == 200
    assert ask(client, "POST /api/data-sources/{store}/syncs") == 403
    client.cookies.set("_token", "forged")
    assert client.get("/data-sources/").status_code in (401, 403)


def test_only_static_files_need_no_login(
    visitor: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for mount in mounts_of(create_app()):
        files = [each for each in Path(mount.app.directory).iterdir() if each.is_file()]  # type: ignore[attr-defined]
        assert files
        assert {each.suffix for each in files} <= PUBLIC
        answer = visitor(None).get(f"{mount.path.removeprefix('/')}/{files[0].name}")
        assert answer.status_code == 200


def test_a_page_for_nobody_says_to_log_in_and_the_api_says_so_in_json(visitor: Callable[..., Any]) -> None:
    assert "Log in to Airflow" in visitor(None).get("").text
    assert visitor(None).get("api/data-sources").json()["detail"].startswith("You are not logged in")
