"""python -m include.order_push from end to end: a sandbox store, a real CRM database, real connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from include.order_push.__main__ import main
from tests.support.command_line import Outcome
from tests.support.ordering_store import OrderingStore


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs `python -m include.order_push …`."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "")  # restored afterwards: main() sets it
    monkeypatch.setenv("COLUMNS", "300")

    def command(*arguments: str) -> Outcome:
        capsys.readouterr()
        exit_code = main(list(arguments))
        printed = capsys.readouterr()
        return Outcome(exit_code, printed.out, printed.err)

    return command


@pytest.fixture
def store(shop: Callable[..., OrderingStore]) -> OrderingStore:
    """A store that sends initial orders."""
    return shop()


def reject(store: OrderingStore) -> int:
    """An order that does not add up, rejected; its id."""
    order_id = store.order(sales_tax=3)
    store.push()
    assert store.states()[order_id] == "rejected"
    return order_id


def test_orders_are_pushed_and_listed(store: OrderingStore, command: Any) -> None:
    sent, rejected = store.order(), reject(store)
    pushed = command("push", store.sandbox.store_hash)
    assert (pushed.exit_code, pushed.err) == (0, "")
    assert "Tea Shop: 0 orders pushed; 0 waiting, 0 unclear, 1 rejected" in pushed.out
    by_order = {row["order_id"]: row for row in command("list", "--json").json}
    assert {order_id: row["state"] for order_id, row in by_order.items()} == {
        sent: "pushed",
        rejected: "rejected",
    }
    only = command("list", "--state", "rejected", "--store", store.sandbox.store_hash)
    assert by_order[rejected]["reason"] in only.out
    assert by_order[rejected]["next_step"] in only.out
    assert command("list", "--limit", "1", "--json").json == [by_order[rejected]]
    assert "No such orders" in command("list", "--state", "unclear").out


def test_an_order_is_shown_with_its_whole_history_and_no_address(store: OrderingStore, command: Any) -> None:
    order_id = reject(store)
    command("retry", str(order_id))
    store.push()
    shown = command("show", str(order_id))
    assert shown.exit_code == 0
    [row] = command("show", str(order_id), "--json").json
    assert [attempt["action"] for attempt in row["history"]] == ["translate", "retry", "translate"]
    assert row["reason"] in shown.out
    printed = shown.out + command("show", str(order_id), "--json").out + command("list", "--json").out
    for private in ("Ada", "ada@example.com", "St James", "78751", "512 555"):
        assert private not in printed


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"is_test": True}, "It is a test order"),
        ({"order_status": "PENDING"}, "It is PENDING"),
        ({"order_type": "RECURRING"}, "does not send rebills"),
        ({"completed_at": "2020-01-01T00:00:00Z"}, "before sending such orders was switched on"),
        ({}, "It is new"),
    ],
)
def test_an_order_that_is_not_in_the_ledger_says_why(
    store: OrderingStore, command: Any, columns: dict[str, object], reason: str
) -> None:
    order_id = store.order(**columns)
    shown = command("show", str(order_id))
    assert shown.exit_code == 0
    assert "not chosen" in shown.out
    assert reason in shown.out


def test_of_a_data_source_that_is_not_active_the_same(store: OrderingStore, command: Any) -> None:
    order_id = store.order()
    store.change("UPDATE crm.data_source SET state = 'inactive'")
    assert "is deactivated" in command("show", str(order_id)).out
    store.change("UPDATE crm.data_source SET campaign_id = NULL")
    assert "not sold under the campaign" in command("show", str(order_id)).out


def test_an_order_that_is_not_there_is_refused(store: OrderingStore, command: Any) -> None:
    shown = command("show", "404")
    assert (shown.exit_code, shown.out) == (1, "")
    assert shown.err.strip() == "There is no order 404 in the CRM. Check the number."


def test_corrected_order_can_be_retried(store: OrderingStore, command: Any) -> None:
    order_id = reject(store)
    store.change("UPDATE crm.customer_order SET sales_tax = 0")
    retried = command("retry", str(order_id))
    assert retried.exit_code == 0
    assert str(order_id) in retried.out
    assert store.states() == {order_id: "pending"}
    command("push", store.sandbox.store_hash)
    assert store.states() == {order_id: "pushed"}
    assert store.in_store() == store.expected([order_id])


def test_all_rejected_orders_can_be_retried_at_once(store: OrderingStore, command: Any) -> None:
    rejected = [reject(store), reject(store)]
    assert command("retry", "--all-rejected", "--store", "another", "--json").json == {"retried": []}
    assert command("retry", "--all-rejected", "--json").json == {"retried": rejected}
    assert "nothing to retry" in command("retry", "--all-rejected").out


def test_order_that_cannot_be_retried_says_why(store: OrderingStore, command: Any) -> None:
    rejected = reject(store)
    pushed, is_test = store.order(), store.order(is_test=True)
    store.push()
    retried = command("retry", str(rejected), str(pushed), str(is_test), "404")
    assert retried.exit_code == 1
    assert f"Queued for the next run of the order push: {rejected} (1 in all)" in retried.out
    assert retried.err.splitlines() == [
        f"Order {pushed} is pushed.",
        f"Order {is_test} is not chosen. It is a test order: those never leave the CRM.",
        "There is no order 404 in the CRM. Check the number.",
    ]


@pytest.mark.parametrize("arguments", [[], ["5", "--all-rejected"]])
def test_either_orders_are_named_or_all_are_meant(
    store: OrderingStore, command: Any, arguments: list[str]
) -> None:
    assert command("retry", *arguments).exit_code == 1


def test_orders_from_before_the_switch_are_pushed_by_id_or_by_time(
    store: OrderingStore, command: Any
) -> None:
    early = [store.order(completed_at=f"2020-01-0{day}T12:00:00Z") for day in (1, 2, 3)]
    store_hash = store.sandbox.store_hash
    assert command("push", store_hash, "--json").json["counts"].get("pushed", 0) == 0
    command("push", store_hash, "--order-id", str(early[0]))
    assert store.states() == {early[0]: "pushed"}
    command("push", store_hash, "--from", "2020-01-01", "--to", "2020-01-03")
    assert store.states() == {early[0]: "pushed", early[1]: "pushed"}
    assert store.in_store() == store.expected(early[:2])


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_an_order_that_is_named_and_not_pushed_says_why(
    store: OrderingStore, command: Any, dry_run: list[str]
) -> None:
    sent, is_test, pushed = store.order(), store.order(is_test=True), store.order()
    store_hash = store.sandbox.store_hash
    assert command("push", store_hash, "--order-id", str(pushed)).exit_code == 0
    named = [f"--order-id={order_id}" for order_id in (sent, is_test, pushed, 424242)]
    outcome = command("push", store_hash, *named, *dry_run)
    assert outcome.exit_code == 1
    assert outcome.err.splitlines() == [
        f"Order {is_test} is not chosen. It is a test order: those never leave the CRM.",
        f"Order {pushed} is pushed.",
        "There is no order 424242 in the CRM. Check the number.",
    ]
    assert store.states() == ({pushed: "pushed"} if dry_run else {pushed: "pushed", sent: "pushed"})


def test_an_order_of_another_store_is_named_with_its_store(store: OrderingStore, command: Any) -> None:
    order_id = store.order()
    store.change("INSERT INTO crm.data_source (store_hash, store_name) VALUES ('another1', 'Coffee Shop')")
    outcome = command("push", "another1", "--order-id", str(order_id))
    assert outcome.exit_code == 1
    assert outcome.err.strip() == (
        f"Order {order_id} belongs to store {store.sandbox.store_hash}: push that store's orders."
    )


def test_a_dry_run_names_each_order_and_writes_nothing(store: OrderingStore, command: Any) -> None:
    sent, rejected = store.order(), store.order(sales_tax=3)
    printed = command("push", store.sandbox.store_hash, "--dry-run").out
    assert f"Order {sent} would be sent" in printed
    assert f"Order {rejected} would be rejected" in printed
    assert "1 order would be sent, 1 would be rejected" in printed
    assert store.states() == {}
    assert store.posts() == 0


def test_a_comparison_that_finds_nothing_ends_with_0_and_one_that_does_with_1(
    store: OrderingStore, command: Any
) -> None:
    order_id = store.order(completed_at="2020-01-01T12:00:00Z")
    compare = ["reconcile", store.sandbox.store_hash, "--from", "2020-01-01", "--to", "2020-01-02"]
    command("push", store.sandbox.store_hash, "--order-id", str(order_id))
    equal = command(*compare)
    assert (equal.exit_code, equal.err) == (0, "")
    assert "Tea Shop: 1 order in the CRM, 1 in BigCommerce; no difference" in equal.out
    [in_store] = store.sandbox.orders
    store.sandbox.orders.archive(in_store.id)
    found = command(*compare)
    assert found.exit_code == 1
    assert (
        f"Order {order_id} was sent as BigCommerce order {in_store.id}, which is gone or archived"
        in found.out
    )
    assert "1 gone from BigCommerce" in found.err
    [finding] = command(*compare, "--json").json["findings"]
    assert (finding["order_id"], finding["bigcommerce_order_ids"]) == (order_id, [in_store.id])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["push", "unknown1"], "Store unknown1 has no data source"),
        (["push", "unknown1", "--from", "2020-01-01"], "both from and to"),
        (["reconcile", "unknown1", "--from", "soon", "--to", "2020-01-01"], "'soon' is not a time"),
        (
            ["reconcile", "unknown1", "--from", "0001-01-01", "--to", "2020-01-01"],
            "no orders from 0001",
        ),
    ],
)
def test_refused_command_says_why(
    store: OrderingStore, command: Any, arguments: list[str], sentence: str
) -> None:
    refused = command(*arguments)
    assert (refused.exit_code, refused.out) == (1, "")
    assert sentence in refused.err


def test_refused_token_is_named_and_rejects_no_order(store: OrderingStore, command: Any) -> None:
    order_id = store.order()
    store.sandbox.access.revoke_token()
    refused = command("push", store.sandbox.store_hash)
    assert refused.exit_code == 1
    assert "rejected the access token" in refused.err
    assert store.states() == {order_id: "pending"}


def test_unavailable_database_is_named(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", "postgresql://nobody:hidden@127.0.0.1:1/crm")
    outcome = command("list")
    assert outcome.exit_code == 1
    assert "CRM database cannot be reached" in outcome.err


@pytest.mark.parametrize(
    "arguments", [[], ["show"], ["show", "five"], ["list", "--state", "lost"], ["reconcile", "x"]]
)
def test_a_command_that_is_not_understood_ends_with_2(arguments: list[str], command: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--limit", "-1"],
        ["list", "--limit", "0"],
        ["show", "99999999999999999999"],
        ["retry", "99999999999999999999"],
        ["push", "sandbox1", "--order-id", "99999999999999999999"],
        ["push", "sandbox1", "--order-id", "0"],
    ],
)
def test_a_number_that_cannot_be_is_not_understood(
    arguments: list[str], command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command(*arguments)
    assert ended.value.code == 2
    assert "is not a whole number from 1 to" in capsys.readouterr().err
