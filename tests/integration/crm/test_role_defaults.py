"""The CRM's role or database may have defaults of its own (ALTER ROLE … SET): ours hold all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.connections.crm import open_crm
from include.crm.session import commit_each_statement
from include.database_errors import DatabaseNotReady
from include.local.postgres import Postgres
from tests.support.pgbouncer import OpenPgBouncer
from tests.support.shop import Shop

Store = Callable[..., Shop]
SetDefaults = Callable[..., None]


@pytest.fixture
def set_defaults(crm_url: str) -> SetDefaults:
    """`set_defaults(name=value, …)` for all who connect to the CRM's database from now on."""

    def set_them(**defaults: str) -> None:
        with psycopg.connect(crm_url, autocommit=True) as crm:
            for name, value in defaults.items():
                crm.execute(
                    sql.SQL("ALTER DATABASE {} SET {} TO {}").format(
                        sql.Identifier(crm.info.dbname), sql.Identifier(name), value
                    )
                )

    return set_them


@pytest.fixture(params=["direct", "session", "transaction"])
def through(
    request: pytest.FixtureRequest, crm_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connects crm_db directly or through PgBouncer."""
    address = crm_url
    if request.param != "direct":
        start: OpenPgBouncer = request.getfixturevalue("pgbouncer")
        address = crm_url.replace(f":{postgres.port}/", f":{start(request.param)}/")
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", address)


def change_gateway(crm: psycopg.Connection[Any], name: str) -> None:
    crm.execute("UPDATE crm.gateway SET name = %s WHERE biller_id = 1", [name])


@pytest.mark.parametrize("isolation", ["serializable", "repeatable read"])
def test_row_that_another_has_changed_meanwhile_fails_no_transaction(
    isolation: str, set_defaults: SetDefaults, through: None
) -> None:
    set_defaults(default_transaction_isolation=isolation)
    with open_crm() as first, open_crm() as second:
        first.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
        first.commit()
        assert first.execute("SELECT name FROM crm.gateway").fetchone() == ("A",)
        change_gateway(second, "B")
        second.commit()
        change_gateway(first, "C")
        first.commit()
        assert second.execute("SELECT name FROM crm.gateway").fetchone() == ("C",)


@pytest.mark.parametrize("isolation", ["serializable", "repeatable read", "read committed"])
def test_each_statement_of_a_worker_is_read_committed_and_committed_at_once(
    isolation: str, set_defaults: SetDefaults, through: None
) -> None:
    set_defaults(default_transaction_isolation=isolation)
    with open_crm() as worker, open_crm() as other:
        commit_each_statement(worker)
        worker.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
        assert other.execute("SELECT name FROM crm.gateway").fetchone() == ("A",)
        other.commit()
        assert worker.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
        worker.autocommit = False
        change_gateway(worker, "B")
        worker.rollback()
        assert other.execute("SELECT name FROM crm.gateway").fetchone() == ("A",)


@pytest.mark.parametrize(
    "defaults",
    [
        {"datestyle": "German, DMY", "timezone": "Asia/Kolkata"},
        {"datestyle": "SQL, MDY"},
        {"client_encoding": "LATIN1"},
        {"client_encoding": "SQL_ASCII"},
        {"standard_conforming_strings": "off"},
    ],
)
def test_texts_and_times_have_one_form(
    defaults: dict[str, str], set_defaults: SetDefaults, through: None
) -> None:
    set_defaults(**defaults)
    for _ in range(2):
        with open_crm() as crm, open_crm() as other:
            for each in (crm, other, crm):
                row = each.execute(
                    r"SELECT timestamptz '2026-03-02 06:00+00', date '2026-03-02', %s, '\_'", ["Größe 寸"]
                ).fetchone()
                assert row is not None
                assert (row[0].isoformat(), row[1].isoformat()) == ("2026-03-02T06:00:00+00:00", "2026-03-02")
                assert row[2:] == ("Größe 寸", r"\_")
                each.commit()


@pytest.mark.parametrize(
    "defaults",
    [
        {"default_transaction_isolation": "serializable"},
        {
            "datestyle": "Postgres, DMY",
            "timezone": "Asia/Kolkata",
            "search_path": "pg_catalog",
            "client_encoding": "LATIN1",
        },
        {
            "bytea_output": "escape",
            "extra_float_digits": "-15",
            "intervalstyle": "iso_8601",
            "standard_conforming_strings": "off",
        },
        {"idle_in_transaction_session_timeout": "150ms", "transaction_timeout": "400ms"},
        {"statement_timeout": "150ms", "lock_timeout": "50ms"},
        {"array_nulls": "off", "transform_null_equals": "on", "default_statistics_target": "1"},
    ],
)
def test_syncs_are_the_same_whatever_the_defaults_are(
    defaults: dict[str, str], set_defaults: SetDefaults, store: Store
) -> None:
    set_defaults(**defaults)
    shop = store(products=30, awkward=True)
    first, second = shop.sync(), shop.sync()
    assert (first.status, second.status) == ("Completed", "Completed")
    assert first.counts["variants"] == second.counts["variants_unchanged"] > 0
    assert shop.fields_in_store() == shop.fields_expected()


def test_database_that_is_read_only_by_a_setting_is_named_as_that(
    set_defaults: SetDefaults, crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_defaults(default_transaction_read_only="on")
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    with pytest.raises(DatabaseNotReady, match="default_transaction_read_only"), open_crm() as crm:
        crm.execute("INSERT INTO crm.gateway VALUES (1, 'A')")
