"""Products whose orders BigCommerce would refuse for a missing option are found, and get default values."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from include.crm import required_options, sync_warnings
from include.crm.required_options import ProductOption
from include.crm.sync_run_rows import SyncRun
from include.crm.sync_warnings import SyncWarning
from include.product_sync import option_defaults
from tests.support.shop import Shop

Store = Callable[..., Shop]
PRODUCTS = "/v3/catalog/products"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command line of default values in this process; the exit status."""

    def command(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["option_defaults", *map(str, arguments)])
        return option_defaults.main()

    return command


def variants_of(active: Shop, product_id: int) -> list[int]:
    rows = active.rows(
        "SELECT bigcommerce_product_id, variant_detail_id FROM crm.campaign_product_variant "
        "JOIN crm.campaign_product USING (campaign_product_id) ORDER BY variant_detail_id"
    )
    return [row["variant_detail_id"] for row in rows if row["bigcommerce_product_id"] == product_id]


def warnings(active: Shop, run: SyncRun) -> list[SyncWarning]:
    active.crm.rollback()
    return sync_warnings.by_kind(active.crm, run.sync_run_id, 100).get("required option", [])


def test_a_required_option_is_a_warning_until_every_variant_has_a_default_value(
    store: Store, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    active = store(products=3, variants=2)
    product_id = active.sandbox.catalogue.product_ids[0]
    engraving = active.sandbox.catalogue.add_modifier(product_id, "Engraving", values=("None", "Initials"))
    active.sandbox.catalogue.add_modifier(product_id, "Gift wrap", required=False)
    run = active.sync()
    assert (run.status, run.counts["required_options"]) == ("Completed", 1)
    (warning,) = warnings(active, run)
    assert warning.bigcommerce_product_id == product_id
    assert "requires the option “Engraving”" in warning.reason
    assert "Orders for this product will be refused until 2 of its variants" in warning.reason

    first, second = variants_of(active, product_id)
    store_hash = active.sandbox.store_hash
    assert command("set", store_hash, first, engraving.id, "initials") == 0
    assert command("set", store_hash, second, engraving.id, engraving.option_values[0].id) == 0
    chosen = [value.id for value in engraving.option_values]
    assert required_options.product_options(active.crm, [first, second]) == {
        first: (ProductOption(engraving.id, str(chosen[1])),),
        second: (ProductOption(engraving.id, str(chosen[0])),),
    }
    again = active.sync()
    assert (again.counts["required_options"], warnings(active, again)) == (0, [])
    capsys.readouterr()
    assert command("remove", store_hash, first, engraving.id) == 0
    assert active.sync().counts["required_options"] == 1


def test_a_value_that_the_option_does_not_have_is_refused_in_a_sentence(
    store: Store, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    active = store(products=1, variants=1)
    product_id = active.sandbox.catalogue.product_ids[0]
    size = active.sandbox.catalogue.add_modifier(product_id, "Ribbon", values=("Red", "Blue"))
    note = active.sandbox.catalogue.add_modifier(product_id, "Note", type="text", values=())
    active.sync()
    (variant,) = variants_of(active, product_id)
    for value in ("Green", "", "\0", "x" * 1_001):
        assert command("set", active.sandbox.store_hash, variant, size.id, value) == 1
    assert "Choose one of “Red”, “Blue”" in " ".join(capsys.readouterr().err.split())
    assert command("set", active.sandbox.store_hash, variant, note.id, " For you ") == 0
    assert command("set", active.sandbox.store_hash, variant, 999, "x") == 1
    assert command("list", active.sandbox.store_hash) == 0
    assert "default For you" in capsys.readouterr().out
    options = required_options.product_options(active.crm, [variant, 12345])
    assert options == {variant: (ProductOption(note.id, "For you"),), 12345: ()}


def test_an_unchanged_product_costs_no_request_and_a_changed_one_is_read_again(store: Store) -> None:
    active = store(products=23, variants=1)
    active.sync()
    assert active.requests("GET", PRODUCTS) == 1 + 3  # 10 products a request
    active.sandbox.forget_requests()
    active.sync()
    assert active.requests("GET", PRODUCTS) == 1
    product_id = active.sandbox.catalogue.product_ids[4]
    active.sandbox.catalogue.add_modifier(product_id, "Engraving")
    active.sandbox.catalogue.change_product(product_id, name="Engraved tea")
    active.sandbox.forget_requests()
    assert active.sync().counts["required_options"] == 1
    assert active.requests("GET", PRODUCTS) == 2
    active.sandbox.catalogue.remove_modifiers(product_id)
    assert active.sync(verify_custom_fields=True).counts["required_options"] == 0


def test_a_store_that_refuses_to_list_options_fails_no_sync_and_is_read_next_time(
    store: Store,
) -> None:
    active = store(products=2, variants=1)
    active.sandbox.catalogue.add_modifier(active.sandbox.catalogue.product_ids[0], "Engraving")
    fault = active.sandbox.faults.add("status", status=422, path="include=modifiers")
    run = active.sync()
    assert (run.status, run.counts["required_options"]) == ("Completed", 0)
    assert active.sandbox.faults.struck
    active.sandbox.faults.clear()
    assert fault
    assert active.sync().counts["required_options"] == 1
