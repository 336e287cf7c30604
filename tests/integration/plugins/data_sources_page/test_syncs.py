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


def changed(crm: psycopg.Connection[Any], sync_run_id: int, *rows: dict[str, Any]) -> None:
    """Changes of a sync, in this order: a variant T-1 unless the rows say otherwise."""
    for place, row in enumerate(rows, 1):
        plain = {"before": None, "after": None, "kind": "variant", "sku": "T-1", "name": "Tea", "product": 7}
        values = {**plain, **row, "sync_run_id": sync_run_id, "place": place}
        values |= {name: values[name] and Jsonb(values[name]) for name in ("before", "after")}
        crm.execute(
            "INSERT INTO crm.sync_change "
            "(sync_run_id, place, change, kind, bigcommerce_product_id, sku, name, before, after) "
            "VALUES (%(sync_run_id)s, %(place)s, %(change)s, %(kind)s, %(product)s, %(sku)s, %(name)s, "
            "%(before)s, %(after)s)",
            values,
        )
    crm.commit()


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
    second = sync(status="Failed", error="The store is away. Try again later.", summary="", started_by="Ada")
    page = viewer.read("tea1/syncs")
    assert page.index("Failed Ada") < page.index("Completed (dry run) schedule 1 min 5 s")
    assert "The store is away." in page
    assert "3 products, 6 variants: 1 changed" in page
    found = viewer.get("api/data-sources/tea1/syncs").json()
    assert [each["sync_run_id"] for each in found["syncs"]] == [second, first]
    assert found["next"] is None


def test_pages_follow_each_other(sync: Callable[..., int], viewer: Visitor) -> None:
    runs = [sync() for _ in range(52)]
    first = viewer.get("api/data-sources/tea1/syncs").json()
    second = viewer.get("api/data-sources/tea1/syncs", before=first["next"]).json()
    assert [each["sync_run_id"] for each in first["syncs"] + second["syncs"]] == runs[::-1]
    assert "Older syncs" in viewer.read("tea1/syncs")
    assert f"before={runs[2]}" in viewer.get("tea1/syncs").text
    assert "Newest" in viewer.read("tea1/syncs", before=runs[2])


def test_one_sync_shows_what_changed_before_and_after(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync()
    changed(
        crm,
        run,
        {
            "change": "changed",
            "before": {"price": "3.50", "compare_at_price": None, "purchasable": True},
            "after": {"price": "4.00", "compare_at_price": "5.00", "purchasable": False},
        },
        {
            "change": "changed",
            "before": {"options": [{"name": "Size", "value": "S"}]},
            "after": {"options": [{"name": "Size", "value": "M"}]},
        },
        {
            "change": "relinked",
            "before": {"bigcommerce_variant_id": 7},
            "after": {"bigcommerce_variant_id": 9},
        },
        {"change": "removed", "before": {"price": "2.00"}},
        {"change": "new", "sku": "N-1", "after": {"price": "1.00"}},
        {"change": "new", "kind": "product", "sku": "N", "name": "Tea Box", "after": {"visible": True}},
    )
    page = viewer.read(f"tea1/syncs/{run}")
    assert "changed variant T-1 Tea" in page
    for difference in ("price: 3.50 → 4.00", "compare-at price: none → 5.00", "purchasable: yes → no"):
        assert difference in page
    assert "options: Size: S → Size: M" in page
    assert "matched to a new id variant T-1 Tea BigCommerce variant: 7 → 9" in page
    assert "removed variant T-1 Tea" in page
    assert "new variant N-1 Tea price: 1.00" in page
    assert "new product N Tea Box" in page
    assert "Products 3 (1 changed)" in page
    assert "Requests 4 (minimum 3)" in page
    html = viewer.get(f"tea1/syncs/{run}").text
    in_airflow = "/dags/bigcommerce_product_sync__tea1/runs/manual__2026-11-01T00%3A00%3A00%2B00%3A00_1"
    assert f'data-airflow href="{in_airflow}"' in html
    listed = viewer.get(f"api/data-sources/tea1/syncs/{run}/changes").json()["changes"]
    assert listed[2]["after"] == {"bigcommerce_variant_id": 9}


def test_all_changes_are_listed_page_by_page_by_kind_and_by_search(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync(counts=Jsonb({"variants_changed": 120, "products_removed": 1}))
    rows = [{"change": "changed", "sku": f"T-{number:03}"} for number in range(120)]
    changed(crm, run, *rows, {"change": "removed", "kind": "product", "sku": "100%_CUP", "name": "Cup"})
    skus: list[str] = []
    following: int | None = 0
    while following is not None:
        answer = viewer.get(f"api/data-sources/tea1/syncs/{run}/changes", after=following).json()
        skus += [row["sku"] for row in answer["changes"]]
        following = answer["next"]
    assert skus == [*(row["sku"] for row in rows), "100%_CUP"]
    page = viewer.read(f"tea1/syncs/{run}")
    assert "All 121 Changed 120 Removed 1" in page
    assert "Next page" in page
    assert "T-050" in viewer.read(f"tea1/syncs/{run}", after=50)
    assert "T-049" not in viewer.read(f"tea1/syncs/{run}", after=50)
    only = viewer.read(f"tea1/syncs/{run}", change="removed")
    assert "100%_CUP" in only
    assert "T-001" not in only
    assert "T-117" in viewer.read(f"tea1/syncs/{run}", search="t-117")
    assert "100%_CUP" in viewer.read(f"tea1/syncs/{run}", search="0%_c")
    assert "No changes match." in viewer.read(f"tea1/syncs/{run}", search="T_117")
    assert viewer.get(f"tea1/syncs/{run}", change="mended").status_code == 404


def test_changes_are_exported_with_a_line_for_each_value_that_differs(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync()
    changed(
        crm,
        run,
        {
            "change": "changed",
            "sku": "=1+1",
            "before": {"price": "3.50", "name": "Tea"},
            "after": {"price": "4.00", "name": "Té"},
        },
        {"change": "removed", "sku": "CUP", "before": {"price": "2.00"}},
    )
    answer = viewer.get(f"api/data-sources/tea1/syncs/{run}/changes.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=sync-{run}-changes-tea1.csv"
    assert answer.content.decode().splitlines() == [
        "change,kind,BigCommerce product id,BigCommerce variant id,sku,name,field,before,after",
        "changed,variant,7,,'=1+1,Tea,name,Tea,Té",
        "changed,variant,7,,'=1+1,Tea,price,3.50,4.00",
        "removed,variant,7,,CUP,Tea,,,",
    ]
    answer = viewer.get(f"api/data-sources/tea1/syncs/{run}/changes.csv", change="removed", search="cup")
    assert len(answer.content.splitlines()) == 2


def test_a_dry_run_lists_what_would_change(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync(dry_run=True, summary="Dry run, nothing was written.")
    changed(crm, run, {"change": "changed", "before": {"price": "3.50"}, "after": {"price": "4.00"}})
    page = viewer.read(f"tea1/syncs/{run}")
    assert "This was a dry run: nothing was written." in page
    assert "would change variant T-1 Tea price: 3.50 → 4.00" in page
    assert f'href="tea1/syncs/{run}">View changes</a>' in viewer.get("tea1").text


def test_a_change_leads_to_the_product_in_the_control_panel_unless_the_store_is_a_sandbox(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor, in_airflow: Any
) -> None:
    run = sync()
    changed(crm, run, {"change": "changed", "before": {"price": "3.50"}, "after": {"price": "4.00"}})
    warn(crm, run, "blank SKU", 1)
    save = (
        "INSERT INTO connection (conn_id, conn_type, host, is_encrypted, is_extra_encrypted) "
        "VALUES ('bigcommerce_tea1', 'http', %s, false, false)"
    )
    link = 'href="https://store-tea1.mybigcommerce.com/manage/products/edit/'
    for host, has_links in (("https://api.bigcommerce.com", True), ("http://127.0.0.1:8002", False)):
        in_airflow("DELETE FROM connection WHERE conn_id = 'bigcommerce_tea1'")
        in_airflow(save, host)
        assert (f"{link}7" in viewer.get(f"tea1/syncs/{run}").text) == has_links
        assert (f"{link}1" in viewer.get(f"tea1/syncs/{run}/warnings").text) == has_links


def test_all_warnings_are_listed_by_kind_and_by_search(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    counts = {"products": 3000, "variants": 6000, "blank_skus": 1500, "custom_fields_refused": 1}
    run = sync(counts=Jsonb(counts))
    warn(crm, run, "blank SKU", 1000)
    warn(crm, run, "custom field refused", 1, "The store refused it: -x.")
    page = viewer.read(f"tea1/syncs/{run}/warnings")
    assert "All 1,501 Blank SKUs 1,500 Custom fields that BigCommerce refused 1" in page
    assert "Only the first 1,000 warnings of a kind are kept." in page
    assert "Next page" in page
    assert "Why." in page
    refused = viewer.read(f"tea1/syncs/{run}/warnings", kind="custom field refused")
    assert "The store refused it" in refused
    assert "Why." not in refused
    assert "The store refused it" in viewer.read(f"tea1/syncs/{run}/warnings", search="REFUSED it")
    assert "No warnings match." in viewer.read(f"tea1/syncs/{run}/warnings", search="%")
    assert "1,501" in viewer.read("tea1/syncs")
    address = f"api/data-sources/tea1/syncs/{run}/warnings"
    sizes, following = [], 0
    while following is not None:
        answer = viewer.get(address, limit=500, after=following).json()
        sizes.append(len(answer["warnings"]))
        following = answer["next"]
    assert sizes == [500, 500, 1]
    assert viewer.get(f"{address}.csv", kind="custom field refused").text.splitlines() == [
        "kind,BigCommerce product id,BigCommerce variant id,sku,reason and next step",
        'custom field refused,1,,"",The store refused it: -x.',
    ]


def test_what_a_store_says_is_text_never_markup(
    crm: psycopg.Connection[Any], sync: Callable[..., int], viewer: Visitor
) -> None:
    run = sync(summary=EVIL, started_by=EVIL)
    values = {"before": {EVIL: "1"}, "after": {EVIL: EVIL}}
    changed(crm, run, {"change": "changed", "name": EVIL, "sku": EVIL, **values})
    warn(crm, run, "quarantined", 1, EVIL)
    for path in ("tea1/syncs", f"tea1/syncs/{run}", f"tea1/syncs/{run}/warnings"):
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
    assert "In Progress command line" in viewer.read("tea1/syncs")
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
        api = f"api/data-sources/{path}"
        lists = [f"{api}/{each}{ending}" for each in ("changes", "warnings") for ending in ("", ".csv")]
        for answer in map(viewer.get, (path, f"{path}/warnings", api, *lists)):
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


@pytest.mark.parametrize(
    ("action", "role", "offered"),
    [
        ("new_token", "op", "Enter new token"),
        ("new_token", "user", None),
        ("allow_mass_removal", "user", "Sync and allow mass removal"),
        ("start_again", "user", "Sync again"),
        ("start_again", "viewer", None),
        ("", "op", None),
    ],
)
def test_the_page_of_the_newest_sync_offers_the_click_that_helps_if_it_failed(
    sync: Callable[..., int],
    visitor: Callable[..., Visitor],
    action: str,
    role: str,
    offered: str | None,
) -> None:
    clicks = ("Enter new token", "Sync and allow mass removal", "Sync again")
    failed = sync(status="Failed", error="It failed.", action=action)
    for path in (f"tea1/syncs/{failed}", f"tea1/syncs/{failed}/warnings"):
        page = visitor(role).read(path)
        assert [each for each in clicks if each in page] == ([offered] if offered else [])
    sync()  # it is over
    page = visitor(role).read(f"tea1/syncs/{failed}")
    assert [each for each in clicks if each in page] == []
