"""The pages and the API of the reconciliations."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest

from include.crm import order_reconciliations
from include.crm.data_sources import DataSource
from include.crm.order_reconciliations import Finding
from tests.support.command_line import insert_data_source
from tests.support.page_visitors import Visitor, words

pytestmark = pytest.mark.usefixtures("in_airflow")
FROM = datetime(2026, 11, 1, tzinfo=timezone.utc)
EVIL = "=1+1 <script>alert(1)</script>"


@pytest.fixture
def tea(crm: psycopg.Connection[Any]) -> DataSource:
    """A store that was reconciled: first with differences, a day later without."""
    source = insert_data_source(crm, "tea1")
    findings = [
        Finding("not pushed", 20, [], EVIL),
        Finding("twice in BigCommerce", 21, [101, 102], "Order 21 is in BigCommerce 2 times, as 101, 102."),
        Finding("unknown to the CRM", 22, [103], "BigCommerce has order 22 from us."),
    ]
    for days, found in ((0, findings), (1, [])):
        order_reconciliations.add(
            crm,
            source.data_source_id,
            FROM + timedelta(days=days),
            FROM + timedelta(days=days + 7),
            orders_in_crm=1_204,
            orders_in_store=1_203,
            findings=found,
        )
    crm.commit()
    return source


def _ids(viewer: Visitor) -> list[int]:
    listed = viewer.get("api/data-sources/tea1/reconciliations").json()["reconciliations"]
    return [each["order_reconciliation_id"] for each in listed]


def test_list_says_of_each_reconciliation_what_differs_or_that_nothing_does(
    viewer: Visitor, tea: DataSource
) -> None:
    page = viewer.read("tea1/reconciliations")
    assert page.index("No difference") < page.index(
        "1 not pushed, 1 twice in BigCommerce, 1 unknown to the CRM"
    )
    assert "1,204 1,203" in page


def test_difference_has_its_next_step_and_leads_to_the_page_of_its_order(
    viewer: Visitor, tea: DataSource
) -> None:
    quiet, found = _ids(viewer)
    html = viewer.get(f"tea1/reconciliations/{found}").text
    assert 'href="tea1/orders/20"' in html
    assert 'href="tea1/orders/22"' not in html  # the CRM has no such order
    assert "<script>alert" not in html
    assert "Order 21 is in BigCommerce 2 times, as 101, 102." in words(html)
    filtered = viewer.read(f"tea1/reconciliations/{found}", kind="unknown to the CRM")
    assert "BigCommerce has order 22 from us." in filtered
    assert "Order 21" not in filtered
    assert "No difference: every order" in viewer.read(f"tea1/reconciliations/{quiet}")


def test_differences_come_in_pages_and_as_a_file_that_no_spreadsheet_executes(
    viewer: Visitor, tea: DataSource
) -> None:
    address = f"api/data-sources/tea1/reconciliations/{_ids(viewer)[1]}"
    first = viewer.get(address, limit=2).json()
    assert [each["order_id"] for each in first["differences"]] == [20, 21]
    last = viewer.get(address, limit=2, after=first["next"]).json()
    assert ([each["order_id"] for each in last["differences"]], last["next"]) == ([22], None)
    assert first["kinds"] == {"not pushed": 1, "twice in BigCommerce": 1, "unknown to the CRM": 1}
    lines = viewer.get(f"{address}/differences.csv").text.splitlines()
    assert lines[0] == "difference,order,BigCommerce orders,reason and next step"
    assert lines[1] == f"not pushed,20,,'{EVIL}"
    assert lines[2].startswith("twice in BigCommerce,21,101 102,")


def test_reconciliation_of_another_store_is_not_found(
    viewer: Visitor, tea: DataSource, crm: psycopg.Connection[Any]
) -> None:
    insert_data_source(crm, "other")
    crm.commit()
    for path in ("other/reconciliations", "api/data-sources/other/reconciliations"):
        assert viewer.get(f"{path}/{_ids(viewer)[0]}").status_code == 404
    assert "have not been compared yet" in viewer.read("other/reconciliations")
