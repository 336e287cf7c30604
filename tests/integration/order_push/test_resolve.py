"""A person settles an order whose look-ups prove nothing: python -m include.order_push resolve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from include.crm import order_decisions, order_ledger
from include.order_push import resend_check, steps
from include.order_push.__main__ import main
from include.order_push.errors import NotResolved
from include.order_push.resolve import resolve
from include.order_push.translate import external_order_id
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
ORDERS = "/v2/orders"
UNCLEAR = "reset_before_write"
LOST_ANSWER = "reset_after_write"


def uncertain(store: OrderingStore, fault: str) -> int:
    """An order without a clear answer in a store that ignores the filter of every look-up."""
    store.sandbox.orders.add_foreign("other-1")
    order_id = store.order()
    store.sandbox.faults.add(fault, method="POST", path=ORDERS)
    store.sandbox.faults.ignore_order_filters("external_order_id")
    store.push()
    if fault == LOST_ANSWER:  # no look-up shows it
        (hidden,) = [
            one for one in store.sandbox.orders if one.external_order_id == external_order_id(order_id)
        ]
        store.sandbox.orders.change(hidden.id, external_order_id=None)
    for _ in range(3):
        store.pass_time()
        store.push()
    assert store.states() == {order_id: "uncertain"}
    return order_id


def long_ago(store: OrderingStore) -> None:
    store.change("UPDATE crm.order_push SET sent_at = sent_at - interval '16 minutes'")


def outcomes(store: OrderingStore, order_id: int) -> list[tuple[str, str, str]]:
    history = order_ledger.history(store.crm, store.row(order_id)["order_push_id"])
    return [(each.worker, each.action, each.outcome) for each in history]


def test_next_step_of_an_order_that_stays_uncertain_names_the_command(shop: Shop) -> None:
    store = shop()
    order_id = uncertain(store, UNCLEAR)
    assert store.row(order_id)["next_step"] == (
        "It is looked up again. If this persists: Search BigCommerce's orders, archived ones too, for "
        f"crm-{order_id}. Your administrator then records what you found: python -m "
        f"include.order_push resolve {order_id} --bigcommerce-order NUMBER if it is there, "
        "or --not-in-bigcommerce to send it again."
    )


def test_order_that_is_not_in_bigcommerce_is_sent_again_once(shop: Shop) -> None:
    store = shop()
    order_id = uncertain(store, UNCLEAR)
    long_ago(store)
    told = resolve(order_id, bigcommerce_order_id=None, person="Ada")
    assert told == f"Order {order_id} is not in BigCommerce; the next run of the order push sends it again."
    store.push()
    assert store.states() == {order_id: "pushed"}
    assert store.in_store()[external_order_id(order_id)] == 1
    assert outcomes(store, order_id)[-2:][0] == ("Ada", "resolve", "not in BigCommerce")


def test_order_sent_five_times_goes_out_although_archived_orders_cannot_be_listed(shop: Shop) -> None:
    """Otherwise the check before another send would refuse it for ever, whatever the person found."""
    store = shop()
    order_id = uncertain(store, UNCLEAR)
    store.sandbox.settings.is_deleted_filter = "refused"
    store.change("UPDATE crm.order_push SET attempts = 7")
    long_ago(store)
    resolve(order_id, bigcommerce_order_id=None, person="Ada")
    store.push()
    assert store.states() == {order_id: "pushed"}


def test_order_that_is_in_bigcommerce_is_recorded_and_reconciles(shop: Shop) -> None:
    store = shop()
    order_id = uncertain(store, LOST_ANSWER)
    long_ago(store)
    number = max(order.id for order in store.sandbox.orders)
    command = ["resolve", str(order_id), "--bigcommerce-order", str(number)]
    assert main(command) == 0
    assert (store.states()[order_id], store.row(order_id)["bigcommerce_order_id"]) == ("pushed", number)
    store.pass_time()
    store.push()
    assert store.posts() == 1
    now = datetime.now(timezone.utc)
    compared = steps.compare(store.sandbox.store_hash, now - timedelta(days=1), now + timedelta(days=1))
    assert compared.findings == []
    assert main(command) == 1, "it is settled"


def test_finding_that_contradicts_the_store_is_refused(shop: Shop) -> None:
    store = shop()
    pushed = store.order()
    store.push()
    taken = store.row(pushed)["bigcommerce_order_id"]
    store.sandbox.faults.add(LOST_ANSWER, method="POST", path=ORDERS)
    order_id = store.order()
    store.push()
    long_ago(store)
    number = max(order.id for order in store.sandbox.orders)
    for given, sentence in [
        (None, f"BigCommerce has order {order_id}, as its order {number}. Compare the two orders"),
        (taken, f"BigCommerce order {taken} is order {pushed} of the CRM"),
        (99999, "has no order 99999"),
    ]:
        with pytest.raises(NotResolved, match=sentence):
            resolve(order_id, bigcommerce_order_id=given, person="Ada")
    with pytest.raises(NotResolved, match=f"Order {pushed} is pushed"):
        resolve(pushed, bigcommerce_order_id=None, person="Ada")
    assert store.states() == {pushed: "pushed", order_id: "uncertain"}
    stray = store.sandbox.orders.add_foreign(None).id
    with pytest.raises(NotResolved, match=f"BigCommerce also has order {order_id} as {number}"):
        resolve(order_id, bigcommerce_order_id=stray, person="Ada")


def test_order_that_may_still_be_on_its_way_or_is_held_is_refused(shop: Shop) -> None:
    store = shop()
    order_id = uncertain(store, UNCLEAR)
    with pytest.raises(NotResolved, match="less than 15 minutes ago"):
        resolve(order_id, bigcommerce_order_id=None, person="Ada")
    long_ago(store)
    store.change("UPDATE crm.order_push SET worker = 'w', lease_until = now() + interval '1 minute'")
    with pytest.raises(NotResolved, match="is being looked up now"):
        resolve(order_id, bigcommerce_order_id=None, person="Ada")
    assert store.states() == {order_id: "uncertain"}
    assert store.posts() == 1


def test_retry_does_not_send_an_order_that_the_store_may_have_archived(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever retries all rejected orders at once has searched for none of them."""
    monkeypatch.setattr(resend_check, "MOST_LOOK_UPS", 0)
    store = shop()
    store.order()
    store.push()
    store.sandbox.settings.is_deleted_filter = "refused"
    store.sandbox.settings.archives_new_orders = True
    order_id = store.order()
    store.sandbox.faults.add(LOST_ANSWER, method="POST", path=ORDERS)
    for _ in range(4):
        store.push()
        store.pass_time()
    assert "does not list archived orders" in store.row(order_id)["reason"]
    order_decisions.retry(store.crm, [order_id], worker="Ada")
    store.crm.commit()
    store.push()
    assert store.in_store()[external_order_id(order_id)] == 1
    assert "--not-in-bigcommerce" in store.row(order_id)["next_step"]


@pytest.mark.parametrize(
    "arguments", [[], ["--not-in-bigcommerce", "--bigcommerce-order", "5"], ["--bigcommerce-order", "0"]]
)
def test_finding_must_be_one_of_the_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["resolve", "5", *arguments])
    assert ended.value.code == 2
