"""Hooks, the events that changes of a store make, and how BigCommerce delivers them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from include.sandbox import Refusal, Sandbox
from include.sandbox.orders.request_bodies import NewLine, NewOrder
from include.sandbox.store.settings import Settings
from tests.support.dictated_store import Answer, DictatedStore
from tests.support.official_contract import Contract
from tests.support.sandbox_client import SandboxClient
from tests.support.sandbox_visits import Visit
from tests.support.store_clients import Dictate

HOOKS = "/v3/hooks"
TO = "https://airflow.example.com/hooks/sandbox1"
WILDCARDS = ("store/product/*", "store/sku/*", "store/order/*", "store/shipment/*")

Listen = Callable[..., tuple[Sandbox, DictatedStore]]


def hook(**changes: Any) -> dict[str, Any]:
    """The body of a POST."""
    return {"scope": "store/product/*", "destination": TO, **changes}


@pytest.fixture
def listen(dictate: Dictate) -> Listen:
    """`listen(answer, …, scopes=…)`: a store whose hooks call a receiver that answers so."""

    def open_one(*answers: Answer, scopes: tuple[str, ...] = WILDCARDS) -> tuple[Sandbox, DictatedStore]:
        receiver = dictate(*answers or (Answer(200),))
        settings = Settings(hooks_to_loopback=True, hook_retries=(0.01, 0.01), hook_block_seconds=0.2)
        sandbox = Sandbox(products=3, variants=2, settings=settings)
        for scope in scopes:
            item = hook(scope=scope, destination=f"{receiver.base_url}/hooks/1", headers={"X-Own": "yes"})
            sandbox.hooks.create(item, sandbox.token, to_loopback=True)
        return sandbox, receiver

    return open_one


def events(receiver: DictatedStore) -> list[dict[str, Any]]:
    """The bodies that arrived."""
    return [json.loads(each.body) for each in receiver.received]


def test_hooks_need_no_scope_and_belong_to_their_account(visit: Visit) -> None:
    store = visit(scopes=())
    made = store.send("POST", HOOKS, json=hook()).json()["data"]
    assert store.get(HOOKS).json()["data"] == [made]
    store.session.headers["X-Auth-Token"] = store.sandbox.access.renew_token()
    assert store.get(HOOKS).json()["data"] == []
    for method in ("GET", "PUT", "DELETE"):
        assert store.send(method, f"{HOOKS}/{made['id']}", json={"is_active": False}).status_code == 404
    assert store.sandbox.hooks.one(made["id"]).is_active


@pytest.mark.parametrize(
    "item",
    [
        hook(destination="http://airflow.example.com/hooks"),
        hook(destination="https://airflow.example.com:8443/hooks"),
        hook(destination="https://"),
        hook(destination="http://127.0.0.1:8080/hooks"),
        hook(scope="store/product/painted"),
        hook(headers={"X-Own": 1}),
        {"scope": "store/product/*"},
        {},
        [],
    ],
)
def test_invalid_hook_is_refused(visit: Visit, item: object) -> None:
    store = visit()
    assert store.send("POST", HOOKS, json=item).status_code == 422
    assert store.sandbox.hooks.all() == []


def test_eleventh_hook_of_a_scope_is_refused(visit: Visit) -> None:
    store = visit()
    statuses = [store.send("POST", HOOKS, json=hook()).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [422]
    assert store.send("POST", HOOKS, json=hook(scope="store/sku/*")).status_code == 200


def test_hook_leads_to_this_machine_only_where_the_settings_say_so(visit: Visit) -> None:
    store = visit()
    store.steer("PATCH", "/settings", hooks_to_loopback=True)
    assert store.send("POST", HOOKS, json=hook(destination="http://127.0.0.1:8080/a")).status_code == 200
    assert store.send("POST", HOOKS, json=hook(destination="http://192.0.2.1/a")).status_code == 422


def change_product(sandbox: Sandbox) -> object:
    return sandbox.catalogue.change_product(101, name="New")


def ordered(sandbox: Sandbox) -> int:
    return sandbox.orders.add_foreign("crm-1").id


@pytest.mark.parametrize(
    ("change", "scopes"),
    [
        (change_product, ["store/product/updated"]),
        (
            lambda store: store.catalogue.add_product("Lamp"),
            ["store/product/updated", "store/product/created"],
        ),
        (lambda store: store.catalogue.remove_product(101), ["store/product/deleted"]),
        (lambda store: store.catalogue.set_price(1001, "1.00"), ["store/sku/updated"]),
        (lambda store: store.catalogue.remove_variant(1001), ["store/sku/deleted"]),
        (lambda store: store.catalogue.take_stock(1001, 1), ["store/sku/inventory/order/updated"]),
        (ordered, ["store/order/created", "store/order/updated"]),
        (
            lambda store: store.orders.archive(ordered(store)),
            ["store/order/created", "store/order/updated", "store/order/archived"],
        ),
        (
            lambda store: store.shipments.delete(store.shipments.ship(ordered(store)).order_id),
            [
                "store/order/created",
                "store/order/updated",
                "store/order/statusUpdated",
                "store/order/updated",
                "store/shipment/created",
                "store/order/updated",
                "store/shipment/deleted",
            ],
        ),
        (
            lambda store: store.refunds.add(ordered(store), "1.00"),
            [
                "store/order/created",
                "store/order/updated",
                "store/order/statusUpdated",
                "store/order/updated",
                "store/order/refund/created",
            ],
        ),
    ],
)
def test_change_calls_the_hooks_with_the_official_body(
    listen: Listen, contract: Contract, change: Callable[[Sandbox], object], scopes: list[str]
) -> None:
    sandbox, receiver = listen()
    change(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    assert [event["scope"] for event in events(receiver)] == scopes
    for event in events(receiver):
        contract.check_event(event)
        assert event["producer"] == "stores/sandbox1"
    assert {each.headers["X-Own"] for each in receiver.received} == {"yes"}


def test_orders_of_the_api_take_stock_and_say_so(listen: Listen) -> None:
    sandbox, receiver = listen()
    line = NewLine(product_id=101, variant_id=1001, quantity=1)
    foreign = sandbox.orders.add_foreign()
    sandbox.orders.create(
        NewOrder(billing_address=foreign.billing_address, products=[line]), moves_stock=True
    )
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    assert "store/sku/inventory/order/updated" in [event["scope"] for event in events(receiver)]


def test_event_for_two_hooks_has_one_hash_and_the_next_one_another(listen: Listen) -> None:
    sandbox, receiver = listen(scopes=("store/product/*", "store/product/updated"))
    change_product(sandbox)
    change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    hashes = [event["hash"] for event in events(receiver)]
    assert hashes == [hashes[0], hashes[0], hashes[2], hashes[2]]
    assert hashes[0] != hashes[2]


def test_hash_may_cover_the_data_alone(listen: Listen) -> None:
    sandbox, receiver = listen(scopes=("store/product/*",))
    sandbox.settings.hook_hash_covers = "data"
    change_product(sandbox)
    change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    assert len({event["hash"] for event in events(receiver)}) == 1


def test_failed_call_is_repeated_until_it_is_acknowledged(listen: Listen) -> None:
    sandbox, receiver = listen(Answer(500), Answer(after="reset"), Answer(204))
    change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    assert [call.status for call in sandbox.deliveries.log] == [500, None, 204]
    assert len({each.body for each in receiver.received}) == 1
    assert all(each.is_active for each in sandbox.hooks.all())


def test_hook_whose_calls_never_succeed_is_deactivated(listen: Listen) -> None:
    sandbox, receiver = listen(Answer(500))
    change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    assert len(receiver.received) == 3
    assert [each.is_active for each in sandbox.hooks.all()] == [False, True, True, True]


def test_host_that_fails_too_often_is_left_alone_for_a_while(listen: Listen) -> None:
    sandbox, receiver = listen(*[Answer(500)] * 100, Answer(200))
    sandbox.settings.hook_retries = (0.5,) * 20
    for _ in range(100):
        change_product(sandbox)
    destination = f"{receiver.base_url}/hooks/1"
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    statuses = [call.status for call in sandbox.deliveries.log]
    assert statuses.count(200) == 100
    assert sandbox.deliveries.hosts.seconds_blocked(destination) == 0
    assert sandbox.deliveries.hosts.times_blocked[receiver.base_url.removeprefix("http://")] == 1


def test_calls_are_lost_or_doubled_by_chance(listen: Listen) -> None:
    sandbox, receiver = listen(scopes=("store/product/*",))
    sandbox.deliveries.by_chance(7, {"lost": 0.3, "duplicated": 0.3, "late": 0.3}, late_seconds=0.05)
    for _ in range(40):
        change_product(sandbox)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    mishaps = sandbox.deliveries.mishaps
    assert set(mishaps) == {"lost", "duplicated", "late"}
    assert len(receiver.received) == 40 - mishaps["lost"] + mishaps["duplicated"]


def test_calls_can_be_kept_back_and_made_in_another_order(listen: Listen) -> None:
    sandbox, receiver = listen(scopes=("store/product/*",))
    sandbox.deliveries.hold()
    for product_id in (101, 102, 103):
        sandbox.catalogue.change_product(product_id, name="New")
    sandbox.deliveries.wait_until_done()
    assert receiver.received == []
    sandbox.deliveries.release(seed=1)
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.repeat(sandbox.deliveries.log[0])
    sandbox.deliveries.wait_until_done()
    sandbox.deliveries.stop()
    ids = [event["data"]["id"] for event in events(receiver)]
    assert (sorted(ids[:3]), ids[3]) == ([101, 102, 103], ids[0])
    assert ids[:3] != [101, 102, 103]


def test_hooks_and_deliveries_are_steered_over_http(visit: Visit) -> None:
    store: SandboxClient = visit()
    store.send("POST", HOOKS, json=hook())
    assert store.steer("POST", "/hooks/deactivate").status_code == 200
    assert store.get(HOOKS, is_active="true").json()["data"] == []
    assert store.steer("POST", "/deliveries/by_chance", seed=1, chances={"lost": 1}).status_code == 200
    assert store.steer("POST", "/hooks/remove_all").status_code == 200
    with pytest.raises(Refusal):
        store.sandbox.hooks.one(18048287)
