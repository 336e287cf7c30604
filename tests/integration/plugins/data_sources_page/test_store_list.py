"""The list of stores: what needs a person comes first; filters, search, sorting, and actions on several."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from include import airflow_metadata
from include.airflow_metadata import DagStatus
from include.data_sources.status import overviews
from plugins.data_sources_page.store_list import all_stores
from tests.support.page_visitors import Visitor

DAG_ID = "bigcommerce_product_sync__"


@pytest.fixture
def stores(crm: psycopg.Connection[Any], crm_url: str, in_airflow: Any) -> None:
    """One store of each kind; their names are in no order of need."""
    rows = [
        ("aged", "Aged Cheese", {"auto_sync_minutes": 60}),
        ("busy", "Busy Bakery", {"tags": ["EU"]}),
        ("calm", "Calm Candles", {"tags": ["EU", "wholesale"]}),
        ("down", "Down Duvets", {}),
        ("gone", "Gone Goods", {"state": "inactive"}),
        ("odds", "Odd Orders", {}),
        ("rest", "Resting Rugs", {"auto_sync_minutes": 60}),
        ("stop", "Stopped Stoves", {}),
    ]
    for store_hash, name, columns in rows:
        crm.execute(
            "INSERT INTO crm.data_source (store_hash, store_name, state, auto_sync_minutes, tags, "
            "updated_at) VALUES (%s, %s, %s, %s, %s, now() - interval '1 year')",
            [
                store_hash,
                name,
                columns.get("state", "active"),
                columns.get("auto_sync_minutes"),
                columns.get("tags", []),
            ],
        )
    sync(crm, "aged", "Completed", days=3)
    sync(crm, "busy", "In Progress")
    sync(crm, "calm", "Completed", days=1, counts={"variants_new": 5, "products_changed": 2, "blank_skus": 4})
    sync(crm, "down", "Completed", days=2)
    sync(
        crm,
        "down",
        "Failed",
        error="BigCommerce rejected the access token. Enter a new one.",
        action="new_token",
    )
    sync(crm, "rest", "Completed", days=4)
    sync(crm, "stop", "Failed", error="Cancelled by Ann.", cancelled_by="Ann")
    crm.execute("UPDATE crm.data_source SET paused_at = now(), paused_by = 'Ann' WHERE store_hash = 'rest'")
    rejected(crm, "odds")
    in_airflow(
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, clear_number) "
        "VALUES (%s, 'manual__busy', 'manual', 'running', now(), 0)",
        f"{DAG_ID}busy",
    )
    crm.commit()


def sync(
    crm: psycopg.Connection[Any],
    store_hash: str,
    status: str,
    *,
    days: float = 0,
    error: str | None = None,
    action: str = "",
    counts: dict[str, int] | None = None,
    cancelled_by: str | None = None,
) -> None:
    crm.execute(
        "INSERT INTO crm.sync_run (data_source_id, dag_id, dag_run_id, trigger, status, error, action, "
        "cancelled_by, counts, started_at, finished_at) "
        "SELECT data_source_id, %s, %s, 'manual', %s, %s, %s, %s, %s, now(), "
        "CASE WHEN %s = 'In Progress' THEN NULL ELSE now() - make_interval(secs => %s * 86400) END "
        "FROM crm.data_source WHERE store_hash = %s",
        [
            f"{DAG_ID}{store_hash}",
            f"manual__{store_hash}" + (f"_{days}" if days else ""),
            status,
            error,
            action,
            cancelled_by,
            Jsonb({"products": 1, "variants": 1, **(counts or {})}),
            status,
            days,
            store_hash,
        ],
    )


def rejected(crm: psycopg.Connection[Any], store_hash: str) -> None:
    crm.execute("INSERT INTO crm.campaign (campaign_id, name, currency_code) VALUES (1, 'C', 'USD')")
    crm.execute(
        "INSERT INTO crm.customer_order (order_id, campaign_id, order_type, order_status, currency_code, "
        "price, total_amount) VALUES (1, 1, 'NEW_SALE', 'COMPLETE', 'USD', 1, 1)"
    )
    crm.execute(
        "INSERT INTO crm.order_push (data_source_id, order_id, state, requested_by, reason, next_step) "
        "SELECT data_source_id, 1, 'rejected', 'schedule', 'No.', 'Fix it.' FROM crm.data_source "
        "WHERE store_hash = %s",
        [store_hash],
    )


def shown(visitor: Visitor, **query: str) -> list[str]:
    """The store hashes of the rows, from the top."""
    return re.findall(r'<tr id="row-(\w+)"', visitor.get("", **query).text)


def test_stores_that_need_a_person_come_first(stores: None, viewer: Visitor) -> None:
    assert shown(viewer) == ["down", "aged", "odds", "busy", "calm", "stop", "rest", "gone"]


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("failed", ["down"]),
        ("running", ["busy"]),
        ("late", ["aged"]),
        ("rejected", ["odds"]),
        ("paused", ["rest"]),
    ],
)
def test_each_count_leads_to_its_stores(stores: None, viewer: Visitor, group: str, found: list[str]) -> None:
    page = viewer.get("", show=group).text
    assert re.findall(r'<tr id="row-(\w+)"', page) == found
    link = re.search(rf'id="filter-{group}"[^>]* aria-current="true">[^<]*<b[^>]*>(\d+)</b>', page)
    assert link
    assert int(link[1]) == len(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "candles"}, ["calm"]),
        ({"search": "DOWN"}, ["down"]),
        ({"search": "wholes"}, ["calm"]),
        ({"search": "eu busy"}, ["busy"]),
        ({"tag": "eu"}, ["busy", "calm"]),
        ({"tag": "EU", "show": "running"}, ["busy"]),
        ({"search": "nothing of the kind"}, []),
    ],
)
def test_stores_are_found_by_name_hash_and_tag(
    stores: None, viewer: Visitor, query: dict[str, str], found: list[str]
) -> None:
    assert shown(viewer, **query) == found


def test_columns_sort_both_ways_and_say_so(stores: None, viewer: Visitor) -> None:
    names = shown(viewer, sort="store")
    assert names == sorted(names)
    assert shown(viewer, sort="-store") == names[::-1]
    assert shown(viewer, sort="-changes")[0] == "calm"
    assert shown(viewer, sort="-last-sync")[:4] == ["calm", "down", "aged", "rest"]
    assert shown(viewer, sort="no such column") == shown(viewer)
    page = viewer.get("", sort="-changes", tag="EU").text
    assert re.findall(r'aria-sort="(\w+)"[^>]*><a id="sort-changes" href="([^"]*)"', page) == [
        ("descending", "./?tag=EU&amp;sort=changes")
    ]
    assert page.count('aria-sort="descending"') == 1


def test_numbers_of_a_row_lead_to_what_they_count(stores: None, visitor: Callable[..., Visitor]) -> None:
    page = visitor("viewer").get("", view="table").text
    assert re.search(r'id="changes-calm"[^>]* href="calm/syncs/\d+"', page)
    assert re.search(r'id="warnings-calm"[^>]* href="calm/syncs/\d+/warnings"', page)


def test_row_says_what_happened_and_what_it_changed(stores: None, visitor: Callable[..., Visitor]) -> None:
    page = visitor("op").read("", view="table")
    assert "BigCommerce rejected the access token. Enter a new one. Enter new token" in page
    assert "Paused by Ann since" in page
    assert re.search(
        r"Calm Candles calm EU wholesale Setting up this store… 24 h ago \(20\d\d-[^)]* UTC\) 7 4 0 0", page
    )
    assert "Cancelled" in page


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
@pytest.mark.parametrize("view", ["table", "cards"])
def test_failed_sync_offers_the_click_that_helps_to_people_who_may_use_it(
    stores: None,
    crm: psycopg.Connection[Any],
    visitor: Callable[..., Visitor],
    action: str,
    role: str,
    offered: str | None,
    view: str,
) -> None:
    crm.execute(
        "UPDATE crm.sync_run SET action = %s WHERE status = 'Failed' AND cancelled_by IS NULL", [action]
    )
    crm.commit()
    page = visitor(role).read("", view=view, search="down")
    clicks = ("Enter new token", "Sync and allow mass removal", "Sync again")
    assert [each for each in clicks if each in page] == ([offered] if offered else [])


@pytest.mark.parametrize("view", ["table", "cards"])
@pytest.mark.parametrize(
    ("counts", "asked", "lost", "sent"),
    [
        (
            {"would_remove_products": 1, "would_remove_variants": 1_048},
            "Sync and remove 1,048 variants?",
            "no longer lists 1 product with 1,048 variants.",
            {"allow_mass_removal": True, "remove_at_most": 1_048},
        ),
        (
            {"would_remove_products": 0, "would_remove_variants": 1},
            "Sync and remove 1 variant?",
            "no longer lists 1 variant.",
            {"allow_mass_removal": True, "remove_at_most": 1},
        ),
        (
            {},
            "Sync and remove most variants?",
            "no longer lists most of its variants.",
            {"allow_mass_removal": True},
        ),
    ],
)
def test_mass_removal_is_confirmed_with_what_it_removes(
    stores: None,
    crm: psycopg.Connection[Any],
    user: Visitor,
    view: str,
    counts: dict[str, int],
    asked: str,
    lost: str,
    sent: dict[str, Any],
) -> None:
    crm.execute(
        "UPDATE crm.sync_run SET action = 'allow_mass_removal', counts = %s "
        "WHERE status = 'Failed' AND cancelled_by IS NULL",
        [Jsonb(counts)],
    )
    crm.commit()
    page = user.get("", view=view, search="down").text
    assert f'data-confirm="{asked}"' in page
    assert lost in page
    assert f"data-body='{json.dumps(sent)}'" in page
    assert "a sync restores them with the same ids and override prices" in page


def test_statuses_are_those_of_the_cards(
    stores: None, viewer: Visitor, crm: psycopg.Connection[Any], in_airflow: Any
) -> None:
    sync(crm, "odds", "In Progress")  # its run is gone
    crm.commit()
    in_airflow(
        "INSERT INTO dag_run (dag_id, run_id, run_type, state, run_after, clear_number) "
        "VALUES (%s, 'manual__next', 'manual', 'queued', now(), 0)",
        f"{DAG_ID}calm",
    )
    cards = {each.data_source.store_hash: each.status for each in overviews(crm)}
    listed = {each.row.store_hash: each.status for each in all_stores(crm)}
    assert (listed["odds"], listed["calm"], listed["stop"]) == ("Failed", "Submitted", "Cancelled")
    assert listed == {**cards, "stop": "Cancelled"}


def test_few_stores_are_cards_and_the_address_can_ask_for_either(
    stores: None, viewer: Visitor, crm: psycopg.Connection[Any]
) -> None:
    assert 'class="card' not in viewer.get("").text
    assert viewer.get("", view="cards").text.count('<article id="card-') == 8
    crm.execute("TRUNCATE crm.order_push CASCADE")
    crm.execute("DELETE FROM crm.sync_run")
    crm.execute("DELETE FROM crm.data_source WHERE store_hash > 'd'")
    crm.commit()
    assert viewer.get("").text.count('<article id="card-') == 3
    assert shown(viewer, view="table") == ["aged", "busy", "calm"]


def test_refresh_brings_the_same_rows_without_the_page_around(stores: None, viewer: Visitor) -> None:
    part = viewer.get("store-list", show="late", sort="-store").text
    assert part.lstrip().startswith('<section id="stores"')
    assert re.findall(r'<tr id="row-(\w+)"', part) == ["aged"]
    assert 'hx-get="store-list?show=late&amp;sort=-store"' in part


def test_thousand_stores_come_in_pages(
    viewer: Visitor, crm: psycopg.Connection[Any], in_airflow: Any
) -> None:
    crm.execute(
        "INSERT INTO crm.data_source (store_hash, store_name) "
        "SELECT 'store' || n, 'Store ' || lpad(n::text, 3, '0') FROM generate_series(1, 250) n"
    )
    crm.commit()
    assert (len(shown(viewer)), len(shown(viewer, page="3"))) == (50, 50)
    assert "201 to 250 of 250" in viewer.read("", page="5")
    assert viewer.get("", page="0").status_code == 404


def test_what_a_person_typed_is_never_markup(stores: None, viewer: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    for name in ("search", "tag", "show", "sort"):
        page = viewer.get("", **{name: evil})
        assert page.status_code == 200
        assert evil not in page.text


def test_several_stores_are_paused_and_those_that_cannot_be_are_named(
    stores: None, visitor: Callable[..., Visitor], crm: psycopg.Connection[Any], in_airflow: Any
) -> None:
    op = visitor("op")
    answer = bulk(op, "pause", ["calm", "gone", "nowhere", "odds", "calm"])
    assert answer["message"] == "2 stores paused. 2 could not: see below."
    assert [(each["store_hash"], each["reason"]) for each in answer["failures"]] == [
        ("gone", "The data source of Gone Goods is deactivated. Activate it first."),
        ("nowhere", "Store nowhere has no data source. Activate it first."),
    ]
    assert shown(op, show="paused") == ["calm", "odds", "rest"]
    assert bulk(op, "resume", ["calm", "odds", "rest"])["message"] == "3 stores resumed."
    assert shown(op, show="paused") == []
    events = in_airflow("SELECT event, owner FROM log WHERE event = 'bigcommerce.resume'")
    assert events == [{"event": "bigcommerce.resume", "owner": "a op"}] * 3


def test_several_stores_are_synced_and_one_that_is_busy_is_named(stores: None, user: Visitor) -> None:
    answer = bulk(user, "syncs", ["busy", "calm"], verify_custom_fields=True)
    reasons = {each["store_hash"]: each["reason"] for each in answer["failures"]}
    assert answer["done"] == 0
    assert reasons["busy"] == "A sync of Busy Bakery is already In Progress. Wait until it has finished."
    assert "does not list the DAG" in reasons["calm"]


def test_too_many_stores_at_once_are_refused(stores: None, user: Visitor) -> None:
    for chosen in ([], ["tea"] * 201, ["../etc"]):
        answer = user.client.post(
            "/data-sources/api/bulk-actions/syncs",
            json={"stores": chosen},
            headers={"X-Requested-With": "page"},
        )
        assert answer.status_code == 422


def test_a_store_hash_in_capitals_is_corrected_wherever_it_is_given(
    stores: None, visitor: Callable[..., Visitor]
) -> None:
    op = visitor("op")
    corrected = "A store hash has no capital letters: enter calm instead of CALM."
    paths = ["CALM", "CALM/products", "orders?store=CALM", "api/data-sources/CALM", "api/orders?store=CALM"]
    for path in paths:
        answer = op.client.get(f"/data-sources/{path}")
        assert (answer.status_code, corrected in answer.text) == (404, True), path
    answer = op.client.post(
        "/data-sources/api/bulk-actions/pause",
        json={"stores": ["CALM"]},
        headers={"X-Requested-With": "page"},
    )
    assert (answer.status_code, list(answer.json()["problems"].values())) == (422, [corrected])


def bulk(visitor: Visitor, action: str, stores: list[str], **more: object) -> dict[str, Any]:
    answer = visitor.client.post(
        f"/data-sources/api/bulk-actions/{action}",
        json={"stores": stores, **more},
        headers={"X-Requested-With": "page"},
    )
    assert answer.status_code in (200, 202), answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_store_whose_dag_is_paused_has_a_button_that_opens_it(
    stores: None, viewer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = {f"{DAG_ID}aged": DagStatus(is_paused=True, next_run_at=None)}
    monkeypatch.setattr(airflow_metadata, "dag_statuses", lambda _: paused)
    page = viewer.get("").text
    assert page.count("The DAG is paused in Airflow") == 1
    assert re.search(rf'id="unpause-aged"[^>]* href="[^"]*/dags/{DAG_ID}aged"', page)


def test_page_that_is_there_no_more_is_the_last_one(
    stores: None, user: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.data_sources_page.pages.store_list.ROWS", 3)
    assert "7 to 8 of 8" in user.read("", page=9, view="table")
    assert "No data sources match." in user.read("", page=9, view="table", search="nowhere")


def test_waiting_and_unclear_orders_are_counted_as_the_lists_behind_them(
    stores: None, crm: psycopg.Connection[Any], user: Visitor
) -> None:
    crm.execute("UPDATE crm.order_push SET state = 'uncertain', sent_at = now()")
    crm.commit()
    page = user.get("", view="table").text
    [unclear] = re.findall(r'href="odds/orders\?state=uncertain">(.*?)</a>', page)
    [waiting] = re.findall(r'<span>([^<]*)<br><a id="uncertain-odds"', page)  # 0 leads nowhere
    assert (unclear, waiting) == ("1 unclear", "0")
    assert "All Waiting 0 Unclear 1" in user.read("odds/orders")


def test_order_that_is_in_the_store_twice_needs_a_person(
    stores: None, crm: psycopg.Connection[Any], user: Visitor
) -> None:
    crm.execute("UPDATE crm.order_push SET state = 'uncertain', sent_at = now(), next_attempt_at = now()")
    crm.commit()
    assert shown(user).index("odds") > shown(user).index("busy")
    assert "twice" not in user.read("", view="table")
    crm.execute("UPDATE crm.order_push SET next_attempt_at = NULL")
    crm.commit()
    assert shown(user)[:3] == ["down", "aged", "odds"]
    for view in ("table", "cards"):
        assert "1 order twice in BigCommerce" in user.read("", view=view)


@pytest.mark.parametrize("path", ["?view=table", "?view=cards"])
def test_all_that_can_have_the_focus_in_a_refreshed_part_has_an_id(
    stores: None, crm: psycopg.Connection[Any], visitor: Callable[..., Visitor], path: str
) -> None:
    # else the keyboard begins at the top of the page after each refresh
    crm.execute("UPDATE crm.order_push SET state = 'uncertain', sent_at = now()")
    crm.commit()
    page = visitor("admin").get(path).text
    part = page[page.index('<section id="stores"') : page.index("</main>")]
    controls = re.findall(r"<(?:a|button|summary|input)\b[^>]*>", part)
    assert len(controls) > 10
    assert [each for each in controls if " id=" not in each] == []
