"""Every route and every role, under the FAB auth manager: in a process where it is the only one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from include.local.postgres import Postgres
from tests.support.databases import as_tests
from tests.support.page_permissions import LEAST_ROLE, ROLES, expected
from tests.support.project import PROJECT

if find_spec("airflow.providers") is None or find_spec("airflow.providers.fab") is None:
    pytest.skip("the FAB provider needs Python 3.11", allow_module_level=True)

VISITS = """
import json
from anyio.from_thread import start_blocking_portal
from airflow.api_fastapi.app import create_app, get_auth_manager
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.db import upgradedb
from fastapi.testclient import TestClient
from tests.support.page_permissions import LEAST_ROLE, ROLES, ask
upgradedb()
app = create_app(apps="core")
tokens = {"": None}
with get_application_builder() as builder:
    for role in ROLES:
        email = f"{role}@example.com"
        user = builder.sm.add_user(role, role, role, email, builder.sm.find_role(role.title()), password="p")
        tokens[role] = get_auth_manager().generate_jwt(user)
statuses = {}
with start_blocking_portal() as event_loop:
    for role, token in tokens.items():
        client = TestClient(app, raise_server_exceptions=False)
        client.portal = event_loop
        if token:
            client.headers["Authorization"] = "Bearer " + token
        statuses[role] = {rule: ask(client, rule) for rule in LEAST_ROLE}
print(json.dumps(statuses))
"""


@pytest.fixture(scope="module")
def statuses(postgres: Postgres, crm_template: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The status of each route for each role."""
    postgres.create_database("airflow_fab")
    postgres.create_database("crm_fab", template=crm_template)
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("fab")),
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": as_tests(postgres.airflow_url("airflow_fab")),
        "AIRFLOW__API_AUTH__JWT_SECRET": "s" * 64,
        "AIRFLOW__API__SECRET_KEY": "k" * 64,
        "AIRFLOW_CONN_CRM_DB": as_tests(postgres.url("crm_fab")),
    }
    done = subprocess.run(
        [sys.executable, "-c", VISITS], env=environment, capture_output=True, text=True, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_role_may_do_what_its_rule_says_and_nothing_else(statuses: Any, role: str | None) -> None:
    found = statuses[role or ""]
    wrong = {rule: found[rule] for rule in LEAST_ROLE if found[rule] not in expected(rule, role)}
    assert wrong == {}
