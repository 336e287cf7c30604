"""The pages and the API of the sync history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from include.crm.data_sources import DataSource
from tests.support.command_line import insert_data_source
from tests.support.page_visitors import Visitor, words

pytestmark = pytest.mark.usefixtures("in_airflow")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def tea(crm: psycopg.Connection[Any]) -> DataSource:
    return insert_data_source(crm, "tea1")


@pytest.fixture
def sync(crm: psycopg.Connection[Any], tea: DataSource) -> Callable[..., int]:
    """A sync of the store tea1 by Airflow, Completed unless `columns` say otherwise; its sync_run_id."""
    numbers = iter(range(1, 1_000))

    def sync(**columns: Any) -> int:
        plain = {
            "data_source_id": tea.data_source_id,
            "dag_id": "bigcommerce_product_sync__tea1",
            "dag_run_id": f"manual__2026-11-01T00:00:00+00:00_{next(numbers)}",
            "trigger": "manual",
            "status": "Completed",
            "started_at": "2026-11-01T00:00:00Z",
            "finished_at": "2026-11-01T00:01:05Z",
            "summary": "3 products, 6 variants: 1 changed",
            "requests": 4,
            "requests_least": 3,
            "counts": Jsonb({"products": 3, "products_changed": 1, "variants": 6, "blank_skus": 2}),
        }
        row = {**plain, **columns}
        statement = sql.SQL("INSERT INTO crm.sync_run ({}) VALUES ({}) RETURNING sync_run_id").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        )
        found = crm.execute(statement, row).fetchone()
        assert found is not None
        crm.commit()
        return int(found[0])

    return sync


def change(kind: str, **values: Any) -> dict[str, Any]:
    return {
        "change": kind,
        "kind": "variant",
        "sku": "T-1",
        "name": "Tea",
        "before": None,
        "after": None,
        **values,
    }


def warn(
    crm: psycopg.Connection[Any], sync_run_id: int, kind: str, number: int, reason: str = "Why."
) -> None:
    crm.execute(
        "INSERT INTO crm.sync_warning (sync_run_id, kind, bigcommerce_product_id, reason) "
        "SELECT %s, %s, each, %s FROM generate_series(1, %s) each",
        [sync_run_id, kind, reason, number],
    )
    crm.commit()


def test_the_history_shows_each_sync_newest_first(sync: Callable[..., int], viewer: Visitor) -> None:
    first = sync(trigger="scheduled", dry_run=True)
    second = sync(status="Failed", error="The store is away. Try again later.", summary="")
    page = viewer.read("tea1/syncs")
    assert page.index("Failed a person") < page.index("Completed (dry run) the schedule 1 min 5 s")
    assert "The store is away." in page
    assert "3 products, 6 variants: 1 changed" in page
    found = viewer.get("api/data-sources/tea1/syncs").json()
    assert [each["sync_run_id"] for each in found["syncs"]] == [second, first]
    assert found["next"] is None
    assert "changes" not in found["syncs"][0]


def test_pages_follow_each_other(sync: Callable[..., int], viewer: Visitor) -> None:
    runs = [sync() for _ in range(52)]
    first = viewer.get("api/data-sources/tea1/syncs").json()
    second = viewer.get("api/data-sources/tea1/syncs", before=first["next"]).json()
    assert [each["sync_run_id"] for each in first["syncs"] + second["syncs"]] == runs[::-1]
    assert "Older syncs" in viewer.read("tea1/syncs")
    assert f"before={runs[2]}" in viewer.get("tea1/syncs").text
    assert "Newest" in viewer.read("tea1/syncs", before=runs[2])


def test_one_sync_shows_what_changed_before_and_after(sync: Callable[..., int], viewer: Visitor) -> None:
    run = sync(
        changes=Jsonb(
            [
                change("new", sku="N-1", after={"price": "1.00"}),
                change(
                    "changed",
                    before={"price": "3.50", "compare-at price": None, "sold": True, "sku": "T-1"},
                    after={"price": "4.00", "compare-at price": "5.00", "sold": False, "sku": "T-1"},
                ),
                change("relinked", before={"BigCommerce variant": 7}, after={"BigCommerce variant": 9}),
                change("removed", before={"price": "2.00"}),
            ]
        )
    )
    page = viewer.read(f"tea1/syncs/{run}")
    assert "changed variant T-1 Tea" in page
    for difference in ("price: 3.50 → 4.00", "compare-at price: none → 5.00", "sold: yes → no"):
        assert difference in page
    assert "sku:" not in page
    assert "matched to a new id variant T-1 Tea BigCommerce variant: 7 → 9" in page
    assert "removed variant T-1 Tea" in page
    assert "Products 3 (1 changed)" in page
    assert "Requests 4 (minimum 3)" in page
    html = viewer.get(f"tea1/syncs/{run}").text
    in_airflow = "/dags/bigcommerce_product_sync__tea1/runs/manual__2026-11-01T00%3A00%3A00%2B00%3A00_1"
    assert f'data-airflow href="{in_airflow}"' in html
    assert viewer.get(f"api/data-sources/tea1/syncs/{run}").json()["changes"][2]["after"] == {
        "BigCommerce variant": 9
    }


def test_warnings_are_shown_by_kind_with_how_many_there_are(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    counts = {"products": 3000, "variants": 6000, "blank_skus": 1500, "custom_fields_refused": 1}
    run = sync(counts=Jsonb(counts))
    warn(crm, run, "blank SKU", 1000)
    warn(crm, run, "custom field refused", 1, "The store refused it.")
    page = viewer.read(f"tea1/syncs/{run}")
    assert "Blank SKUs: 1,500 Showing 200 of 1,500. Up to 1,000 as JSON" in page
    assert "Custom fields that BigCommerce refused: 1 All warnings of this kind" in page
    assert "The store refused it." in page
    assert "Why." in page
    assert "1,501" in viewer.read("tea1/syncs")
    found = viewer.get(f"api/data-sources/tea1/syncs/{run}").json()["warnings"]
    assert {kind: len(rows) for kind, rows in found.items()} == {
        "blank SKU": 1000,
        "custom field refused": 1,
    }


def test_what_a_store_says_is_text_never_markup(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync(
        summary=EVIL,
        changes=Jsonb([change("changed", name=EVIL, sku=EVIL, before={EVIL: "1"}, after={EVIL: EVIL})]),
    )
    warn(crm, run, "quarantined", 1, EVIL)
    for path in ("tea1/syncs", f"tea1/syncs/{run}"):
        assert EVIL not in viewer.get(path).text
        assert EVIL in viewer.read(path)


def test_a_sync_that_is_under_way_says_what_it_is_doing(sync: Callable[..., int], viewer: Visitor) -> None:
    run = sync(
        status="In Progress",
        step="reading products",
        finished_at=None,
        summary="",
        trigger="command line",
        dag_id=None,
        dag_run_id=None,
    )
    assert "In Progress the command line" in viewer.read("tea1/syncs")
    for path in ("tea1/syncs", f"tea1/syncs/{run}"):
        page = viewer.read(path)
        assert "In Progress" in page
        assert "Reading products …" in page


def test_a_sync_whose_run_was_ended_from_outside_is_failed(sync: Callable[..., int], viewer: Visitor) -> None:
    """Airflow has no such run any more, and nobody recorded how it ended."""
    run = sync(status="In Progress", step="publishing", finished_at=None, summary="")
    for path in ("tea1/syncs", f"tea1/syncs/{run}"):
        page = viewer.read(path)
        assert "Failed" in page
        assert "The sync was stopped from outside" in page
    assert viewer.get("api/data-sources/tea1/syncs").json()["syncs"][0]["status"] == "Failed"


def test_a_sync_is_shown_at_its_own_store_only(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync()
    insert_data_source(crm, "another1")
    assert "No syncs yet." in viewer.read("another1/syncs")
    for path in (f"another1/syncs/{run}", f"tea1/syncs/{run + 1}"):
        for answer in (viewer.get(path), viewer.get(f"api/data-sources/{path}")):
            assert answer.status_code == 404
            assert "has no sync" in words(answer.text)
    assert viewer.get("nowhere1/syncs").status_code == 404


def test_nobody_without_a_login_sees_any_of_it(sync: Callable[..., int], visitor: Any) -> None:
    run = sync()
    for path in ("tea1/syncs", f"tea1/syncs/{run}"):
        for answer in (visitor(None).get(path), visitor(None).get(f"api/data-sources/{path}")):
            assert answer.status_code == 401
            assert "3 products" not in answer.text


@pytest.mark.parametrize("page", ["tea1", "tea1/syncs", "", "tea1/card"])
def test_a_page_says_the_next_step_without_a_command_for_a_terminal(
    sync: Callable[..., int], viewer: Visitor, page: str
) -> None:
    command = "python -m include.data_sources update tea1 --new-token"
    sync(status="Failed", error=f"It holds no access token. Enter the access token again: {command}")
    shown = viewer.read(page)
    assert "Enter the access token again." in shown
    assert "python -m" not in shown
