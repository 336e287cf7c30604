"""A connection to a database that obeys no timeout breaks in time."""

from __future__ import annotations

import time

import pytest

from include.connections.crm import open_crm
from include.database_errors import DatabaseUnavailable


def test_connection_breaks_after_its_time_limit(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="lost"), open_crm(time_limit=0.3) as crm:
        crm.execute("SELECT pg_sleep(20)")
    assert 0.3 <= time.monotonic() - began < 5


def test_connection_that_ends_in_time_is_left_alone(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with open_crm(time_limit=0.3) as crm:
        assert crm.execute("SELECT 1").fetchone() == (1,)
    with open_crm() as other:
        time.sleep(0.5)  # the limit of the first has passed
        assert other.execute("SELECT 1").fetchone() == (1,)
