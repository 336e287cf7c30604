"""What became of pushed orders: the timeline of each, and the filters of the list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import psycopg
import pytest

from include.crm.data_sources import DataSource
from include.order_push.__main__ import main
from tests.support.page_visitors import MOUNT, Visitor, words

pytestmark = pytest.mark.usefixtures("in_airflow")
Row = Callable[..., dict[str, Any]]


@pytest.fixture
def tea(source: Callable[..., DataSource]) -> DataSource:
    """A store that sends orders."""
    return source("tea1")


@pytest.fixture
def pushed(crm: psycopg.Connection[Any], tea: DataSource, order: Any, ledger_row: Row) -> Callable[[], int]:
    """Makes a pushed order; its id."""

    def pushed() -> int:
        day = {"date_created": "2026-11-01T08:00:00Z", "completed_at": "2026-11-01T08:05:00Z"}
        order_id = int(order(tea, **day))
        ledger_row(tea, order_id, "pushed")
        return order_id

    return pushed


@pytest.fixture
def in_store(tea: DataSource, add: Row) -> Callable[..., None]:
    """How the store has a pushed order."""

    def in_store(order_id: int, status_id: int, status_name: str, **columns: object) -> None:
        facts = {
            "bigcommerce_order_id": 10_000 + order_id,
            "status_id": status_id,
            "status_name": status_name,
        }
        times = {"status_changed_at": "2026-11-03T00:00:00Z", "changed_at": "2026-11-03T00:00:00Z"}
        add("store_order", data_source_id=tea.data_source_id, order_id=order_id, **facts, **times, **columns)

    return in_store


@pytest.fixture
def shipment(tea: DataSource, add: Row) -> Callable[..., None]:
    """Ships some pieces of an order."""

    def shipment(number: int, order_id: int, quantity: int, **columns: object) -> None:
        keys = {"data_source_id": tea.data_source_id, "bigcommerce_shipment_id": number}
        add("order_shipment", order_id=order_id, shipped_at=f"2026-11-02T0{number}:00:00Z", **keys, **columns)
        add("order_shipment_line", bigcommerce_order_product_id=1, sku="T-1", quantity=quantity, **keys)

    return shipment


@pytest.fixture
def refund(tea: DataSource, add: Row) -> Callable[..., int]:
    """A refund in the CRM that is on its way to the store; the id of its row in the ledger."""

    def refund(order_id: int, state: str, **columns: object) -> int:
        refund_id = 500 + order_id
        when = {"created_at": "2026-11-04T00:00:00Z", "reason": "Broken cup"}
        add("order_refund", refund_id=refund_id, order_id=order_id, amount=4, **when)
        keys = {"data_source_id": tea.data_source_id, "order_id": order_id, "refund_id": refund_id}
        why = {"reason": "More than what is left.", "next_step": "Correct the refund."}
        row = add("order_reversal", kind="refund", state=state, **keys, **why, **columns)
        return int(row["order_reversal_id"])

    return refund


def events(viewer: Visitor, order_id: int) -> list[dict[str, Any]]:
    return list(viewer.get(f"api/data-sources/tea1/orders/{order_id}").json()["timeline"])


def listed(viewer: Visitor, **filters: str) -> list[int]:
    return [order["order_id"] for order in viewer.get("api/orders", **filters).json()["orders"]]


def decide(visitor: Visitor, verb: str, **body: Any) -> Any:
    return visitor.client.post(f"{MOUNT}/api/refunds/{verb}", json=body, headers={"X-Requested-With": "page"})


def test_timeline_shows_split_and_voided_shipments_in_order(
    crm: Any, pushed: Any, in_store: Any, shipment: Any, viewer: Visitor
) -> None:
    order_id = pushed()
    in_store(order_id, 3, "Partially Shipped", items_total=5, items_shipped=3)
    link = "https://carrier.example/T1"
    shipment(1, order_id, 2, carrier="FedEx", tracking_number="T1", tracking_link=link)
    shipment(2, order_id, 9, voided_at="2026-11-02T05:00:00Z")
    shipment(3, order_id, 1)
    crm.commit()
    timeline = events(viewer, order_id)
    assert [event["what"] for event in timeline] == [
        "Placed",
        "Completed",
        "Part of the order shipped with FedEx",
        "Part of the order shipped",
        "Part of the order shipped",
        "Shipment 2 voided in the store",
        "Status in the store: Partially Shipped",
    ]
    assert (timeline[2]["detail"], timeline[2]["link"]) == ("2 x T-1; tracking T1", link)
    assert timeline[-1]["detail"] == "3 of 5 items shipped."
    page = viewer.get(f"tea1/orders/{order_id}").text
    assert f'href="{link}"' in page
    assert "Shipment 2 voided" in words(page)


@pytest.mark.parametrize(
    ("status_id", "items_left", "what"),
    [
        (3, 3, "Part of the order shipped"),
        (3, None, "Part of the order shipped"),
        (14, 3, "Part of the order shipped"),
        (3, 0, "Shipped"),  # the rest was refunded
        (2, None, "Shipped"),
        (11, None, "Shipped"),  # and the merchant set it back
    ],
)
def test_only_shipment_of_an_order_is_a_part_of_it_while_something_is_still_to_be_shipped(
    crm: Any, pushed: Any, in_store: Any, shipment: Any, viewer: Visitor,
    status_id: int, items_left: int | None, what: str,
) -> None:  # fmt: skip
    order_id = pushed()
    in_store(order_id, status_id, "Status", items_total=5, items_shipped=2, items_left=items_left)
    shipment(1, order_id, 2)
    crm.commit()
    assert [event["what"] for event in events(viewer, order_id)][2] == what


def test_what_the_store_did_with_an_order_follows_its_sending_whatever_its_clock_says(
    crm: Any, tea: DataSource, order: Any, ledger_row: Row, add: Row, in_store: Any, viewer: Visitor
) -> None:
    order_id = int(order(tea, date_created="2026-11-01T08:00:00Z", completed_at="2026-11-01T08:05:00Z"))
    row = ledger_row(tea, order_id, "pushed")
    in_store(order_id, 11, "Awaiting Fulfillment")
    sent = {"action": "send", "outcome": "pushed", "at": "2026-11-03T00:00:00.4Z", "worker": "here"}
    add("order_push_attempt", order_push_id=row["order_push_id"], **sent)
    crm.commit()
    assert [event["what"] for event in events(viewer, order_id)] == [
        "Placed",
        "Completed",
        "Sent to BigCommerce, pushed",
        "Status in the store: Awaiting Fulfillment",
    ]


@pytest.mark.parametrize(
    ("status", "columns", "said"),
    [
        ((2, "Shipped"), {}, "The store marked the order as shipped without recording a shipment"),
        ((5, "Cancelled"), {}, "Status in the store: Cancelled"),
        ((11, "Awaiting Fulfillment"), {"is_deleted": True}, "Deleted or archived in the store"),
        ((4, "Refunded"), {"refunded_amount": 10, "currency_code": "USD"}, "10.00 USD refunded there"),
    ],
)
def test_what_the_store_did_is_shown_as_what_it_is(
    crm: Any, pushed: Any, in_store: Any, viewer: Visitor, status: Any, columns: dict[str, object], said: str
) -> None:
    order_id = pushed()
    in_store(order_id, *status, **columns)
    crm.commit()
    assert said in viewer.read(f"tea1/orders/{order_id}")


def test_rejected_refund_is_retried_or_dismissed_on_the_page_of_its_order(
    crm: Any, pushed: Any, refund: Any, user: Visitor, viewer: Visitor, in_airflow: Any
) -> None:
    order_id = pushed()
    reversal_id = refund(order_id, "rejected")
    crm.commit()
    page = user.get(f"tea1/orders/{order_id}").text
    assert "Refunded 4.00 USD in the CRM Rejected Broken cup More than what is left." in words(page)
    assert f'id="retry-reversal-{reversal_id}"' in page
    assert "retry-reversal" not in viewer.get(f"tea1/orders/{order_id}").text
    assert decide(viewer, "retry", reversal_ids=[reversal_id]).status_code == 403

    assert decide(user, "dismiss", reversal_ids=[reversal_id], because=" ").status_code == 422
    assert decide(user, "dismiss", reversal_ids=[reversal_id], because="Paid in cash").json()["reversal_ids"]
    assert "Dismissed by a user on the page Data Sources" in viewer.read(f"tea1/orders/{order_id}")
    [entry] = in_airflow("SELECT extra FROM log WHERE event = 'bigcommerce.dismiss_refunds'")
    assert json.loads(entry["extra"])["store"] == "tea1"
    answer = decide(user, "retry", reversal_ids=[reversal_id, 404]).json()
    assert answer["reversal_ids"] == [reversal_id]
    assert answer["left"] == [
        {"reversal_id": 404, "reason": "There is no such refund or cancellation in the ledger."}
    ]
    [row] = viewer.get("api/data-sources/tea1/refunds", state="pending").json()["refunds"]
    assert (row["order_reversal_id"], row["amount"]) == (reversal_id, "4")
    refused = decide(user, "retry", reversal_ids=[reversal_id])
    assert refused.status_code == 409
    assert f"Refund {row['refund_id']} is waiting to be sent." in refused.text
    assert "Only what is rejected or dismissed can be retried." in refused.text


def test_decision_about_a_refund_that_was_not_saved_is_not_in_the_audit_log(
    crm: Any, pushed: Any, refund: Any, user: Visitor, in_airflow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reversal_id = refund(pushed(), "rejected")
    crm.commit()
    in_airflow("DELETE FROM log")

    def lost(*_: object) -> None:
        raise psycopg.OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "commit", lost)
        assert decide(user, "retry", reversal_ids=[reversal_id]).status_code >= 500
    assert not in_airflow("SELECT extra FROM log WHERE event = 'bigcommerce.retry_refunds'")


def test_orders_are_found_by_what_happened_since_their_push(
    crm: Any, tea: DataSource, pushed: Any, in_store: Any, refund: Any, add: Row, viewer: Visitor,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    plain, waiting, refunded, differing = pushed(), pushed(), pushed(), pushed()
    in_store(plain, 2, "Shipped")
    in_store(waiting, 11, "Awaiting Fulfillment")
    refund(refunded, "rejected")
    for found in (plain, differing):  # only the newest reconciliation counts
        result = add(
            "order_reconciliation", data_source_id=tea.data_source_id, from_time="2026-11-01T00:00:00Z",
            to_time="2026-11-08T00:00:00Z", orders_in_crm=1, orders_in_store=0, findings=1,
        )  # fmt: skip
        add("order_finding", order_reconciliation_id=result["order_reconciliation_id"], order_id=found,
            kind="gone from BigCommerce", bigcommerce_order_ids=[1], sentence="It is gone.")  # fmt: skip
    crm.commit()
    marks = {"not shipped": waiting, "refund rejected": refunded, "differs": differing}
    for mark, order_id in marks.items():
        assert listed(viewer, mark=mark) == [order_id]
        page = viewer.get("tea1/orders", mark=mark).text
        assert f'href="tea1/orders/{order_id}"' in page
        assert f'href="tea1/orders/{plain}"' not in page
        capsys.readouterr()
        assert main(["list", "--mark", mark, "--store", "tea1", "--json"]) == 0
        assert [row["order_id"] for row in json.loads(capsys.readouterr().out)] == [order_id]
    assert listed(viewer, mark="late") == []
    crm.execute("UPDATE crm.order_push SET sent_at = now() - interval '8 days'")
    crm.commit()
    assert listed(viewer, mark="late") == [waiting]
    assert viewer.get("api/orders", mark="lost").status_code == 422


def test_counts_of_the_list_of_stores_lead_to_their_orders(
    crm: Any, tea: DataSource, pushed: Any, in_store: Any, refund: Any, order: Any, ledger_row: Row,
    viewer: Visitor,
) -> None:  # fmt: skip
    late, refunded, cancelled, backfilled = pushed(), pushed(), pushed(), pushed()
    recent = order(tea)  # completed just now
    ledger_row(tea, recent, "pushed")
    for order_id in (late, recent, cancelled, backfilled):
        in_store(order_id, 11, "Awaiting Fulfillment")
    crm.execute("UPDATE crm.order_push SET sent_at = now() - interval '8 days'")
    # completed long ago, but only just sent: the store is not late
    crm.execute("UPDATE crm.order_push SET sent_at = now() WHERE order_id = ANY(%s)", [[recent, backfilled]])
    crm.execute("UPDATE crm.customer_order SET order_status = 'CANCELLED' WHERE order_id = %s", [cancelled])
    refund(refunded, "rejected")
    crm.commit()
    for view in ("table", "cards"):
        page = viewer.get("", view=view).text
        assert "1 order not shipped for days" in words(page)
        assert "1 order with a rejected refund" in words(page)
        for words_of_link, order_id in (("not shipped for days", late), ("with a rejected refund", refunded)):
            [address] = re.findall(rf'href="([^"]*)">1 order {words_of_link}', page)
            listed_page = viewer.client.get(f"{MOUNT}/{unescape(address)}").text
            assert f'href="tea1/orders/{order_id}"' in listed_page
            assert f'href="tea1/orders/{recent}"' not in listed_page
            assert f'href="tea1/orders/{cancelled}"' not in listed_page
            assert f'href="tea1/orders/{backfilled}"' not in listed_page
