"""Products whose orders need an option: the warning, the refusal, the default value, the accepted order."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from include.crm import order_decisions, sync_warnings
from include.product_sync import option_defaults
from include.sandbox.catalogue.modifiers import Modifier
from tests.support.ordering_store import OrderingStore

Shop = Callable[..., OrderingStore]
Command = Callable[..., int]
PRODUCTS = "/v3/catalog/products"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command line of default values in this process; the exit status."""

    def command(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["option_defaults", *map(str, arguments)])
        return option_defaults.main()

    return command


def add_option(store: OrderingStore, name: str, **arguments: Any) -> Modifier:
    """The product that is ordered requires one more option."""
    return store.sandbox.catalogue.add_modifier(ordered_product(store), name, **arguments)


def ordered_product(store: OrderingStore) -> int:
    (row,) = store.rows(
        "SELECT bigcommerce_product_id FROM crm.campaign_product WHERE campaign_product_id = %s",
        store.variants[0]["campaign_product_id"],
    )
    return int(row["bigcommerce_product_id"])


def push_again(store: OrderingStore, order_id: int) -> str:
    order_decisions.retry(store.crm, [order_id], worker="ops")
    store.crm.commit()
    store.push()
    return store.states()[order_id]


def chosen_in_store(store: OrderingStore) -> list[dict[int, str]]:
    """For each line of the store's orders, the value by option."""
    return [
        {option.product_option_id: option.value for option in line.product_options}
        for order in store.sandbox.orders
        for line in store.sandbox.orders.lines(order.id)
    ]


def warnings_of_a_sync(store: OrderingStore) -> list[str]:
    """What an ordinary sync warns of required options."""
    run = store.sync()
    assert run.status == "Completed"
    found = sync_warnings.by_kind(store.crm, run.sync_run_id, 100).get("required option", [])
    store.crm.rollback()
    return [warning.reason for warning in found]


def test_required_option_is_warned_of_then_refused_then_sent_with_its_default_value(
    shop: Shop, command: Command
) -> None:
    store = shop()
    engraving = add_option(store, "Engraving", values=("None", "Initials"))
    (warning,) = warnings_of_a_sync(store)
    assert "requires the option “Engraving”" in warning

    order_id = store.order()
    store.push()
    refused = store.row(order_id)
    product = store.sandbox.catalogue.product(ordered_product(store))
    assert refused["state"] == "rejected"
    assert f'"{product.name}" needs a value for the option "Engraving".' in refused["reason"]
    assert "set a default value for it in the CRM; then retry the order" in refused["next_step"]

    variant = store.variants[0]["variant_detail_id"]
    assert command("set", store.sandbox.store_hash, variant, engraving.id, "Initials") == 0
    assert push_again(store, order_id) == "pushed"
    assert chosen_in_store(store) == [{engraving.id: str(engraving.option_values[1].id)}]


def test_option_that_no_sync_has_seen_can_be_given_a_value_right_after_the_refusal(
    shop: Shop, command: Command
) -> None:
    store = shop()
    assert warnings_of_a_sync(store) == []
    note = add_option(store, "Note", type="text", values=())
    assert warnings_of_a_sync(store) == [], "nothing else of the product changed"
    store.sandbox.forget_requests()
    order_ids = [store.order() for _ in range(3)]
    store.push()
    assert set(store.states().values()) == {"rejected"}
    assert store.requests("GET", PRODUCTS) == 1, "the product is looked up once, not with every order"

    variant = store.variants[0]["variant_detail_id"]
    assert command("set", store.sandbox.store_hash, variant, note.id, "For you") == 0
    assert [push_again(store, order_id) for order_id in order_ids] == ["pushed"] * 3
    assert chosen_in_store(store) == [{note.id: "For you"}] * 3
    (warning,) = warnings_of_a_sync(store)
    assert "until 1 of its variants have a default value" in warning, "of the other variant"


@pytest.mark.parametrize("put_back", [False, True], ids=["option removed", "choices replaced"])
def test_default_value_that_the_product_no_longer_takes_is_not_sent_again(
    put_back: bool, shop: Shop, command: Command
) -> None:
    store = shop()
    old = add_option(store, "Ribbon", values=("Red",))
    warnings_of_a_sync(store)
    variant = store.variants[0]["variant_detail_id"]
    assert command("set", store.sandbox.store_hash, variant, old.id, "Red") == 0
    store.sandbox.catalogue.remove_modifiers(ordered_product(store))
    if put_back:
        new = add_option(store, "Ribbon", values=("Blue",))
    order_id = store.order()
    store.push()
    assert store.states()[order_id] == "rejected"
    if put_back:
        assert command("set", store.sandbox.store_hash, variant, new.id, "Blue") == 0
    assert push_again(store, order_id) == "pushed"
    assert chosen_in_store(store) == [{new.id: str(new.option_values[0].id)} if put_back else {}]


def test_lost_choice_of_an_option_is_no_default_value_any_more(shop: Shop, command: Command) -> None:
    store = shop()
    ribbon = add_option(store, "Ribbon", values=("Red",))
    warnings_of_a_sync(store)
    variant = store.variants[0]["variant_detail_id"]
    assert command("set", store.sandbox.store_hash, variant, ribbon.id, "Red") == 0
    store.change("UPDATE crm.option_default SET value = '1'")  # the choice that the store had then
    order_id = store.order()
    store.push()
    refused = store.row(order_id)
    assert "does not have the value that the order gives" in refused["reason"]
    assert refused["next_step"].startswith("In the CRM, set a default value that the option has")
    assert len(warnings_of_a_sync(store)) == 1
    assert command("set", store.sandbox.store_hash, variant, ribbon.id, "Red") == 0
    assert push_again(store, order_id) == "pushed"


def test_failing_look_up_of_options_leaves_them_to_the_next_sync(shop: Shop) -> None:
    store = shop()
    warnings_of_a_sync(store)
    add_option(store, "Engraving")
    store.sandbox.faults.add("status", status=422, path="include=modifiers")
    refused, other = store.order(), store.order(variant=2)
    store.push()
    assert store.states() == {refused: "rejected", other: "pushed"}
    assert store.sandbox.faults.struck
    store.sandbox.faults.clear()
    assert len(warnings_of_a_sync(store)) == 1


def test_refusal_that_is_about_no_option_costs_no_look_up(shop: Shop) -> None:
    store = shop()
    warnings_of_a_sync(store)
    store.sandbox.forget_requests()
    store.sandbox.settings.stock_is_tracked = True
    store.order(quantity=10**6)
    store.push()
    assert set(store.states().values()) == {"rejected"}
    assert store.requests("GET", PRODUCTS) == 0
