"""The sync of changes reads just the products concerned, and does to them what a full sync would do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from include.bigcommerce.catalog import ProductsPage
from include.bigcommerce.errors import BigCommerceError, UnexpectedResponse
from include.crm import change_hints, sync_history, sync_run_rows, sync_runs
from include.crm.sync_options import SyncOptions
from include.data_sources import status
from include.product_sync import change_sync, read_changed, steps
from include.product_sync.errors import AnotherSyncRuns, CurrencyChanged, CustomFieldsRefused
from tests.support.hints import due_products as due
from tests.support.hints import hint, published
from tests.support.shop import Shop

Store = Callable[..., Shop]
PRODUCTS = "/v3/catalog/products"
EMPTY = {
    "data": [],
    "meta": {"pagination": {"total": 0, "count": 0, "per_page": 250, "current_page": 1, "total_pages": 0}},
}


def sync_changes(shop: Shop) -> dict[str, Any]:
    """What a run does for this store."""
    due = change_hints.due_products(shop.crm, shop.source.data_source_id)
    shop.crm.commit()
    return change_sync.sync_changes(shop.sandbox.store_hash, due)


def test_changed_new_and_deleted_products_are_published_with_one_request_for_all_and_one_to_be_sure(
    synced: Shop,
) -> None:
    catalogue = synced.sandbox.catalogue
    first, second, third = catalogue.product_ids[:3]
    catalogue.change_product(first, name="Renamed")
    catalogue.remove_product(second)
    added = catalogue.add_product("Added", [{"sku": "ADDED"}]).product.id
    catalogue.change_product(third, name="Changed without a hint")
    hint(synced, first, second, added)
    result = sync_changes(synced)
    names = {row["bigcommerce_product_id"]: (row["name"], row["is_sold"]) for row in published(synced)}
    assert names[first] == ("Renamed", True)
    assert names[second][1] is False
    assert names[added] == ("Added", True)
    assert names[third][0] != "Changed without a hint"
    assert synced.requests("GET", "/v2/store") == 1
    # all three; the missing one again; the options of the changed and the new one
    assert synced.requests("GET", PRODUCTS) == 3
    assert synced.fields_in_store() == synced.fields_expected()
    assert result["summary"].startswith("Looked at 3 products that may have changed. 2 products, ")
    assert due(synced) == []


def test_product_that_did_not_change_costs_one_request_and_changes_nothing(synced: Shop) -> None:
    before = synced.rows("SELECT * FROM crm.campaign_product_variant ORDER BY 1")
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    assert "nothing changed" in sync_changes(synced)["summary"]
    assert len(synced.sandbox.requests) == 1
    assert synced.rows("SELECT * FROM crm.campaign_product_variant ORDER BY 1") == before


def test_requests_are_products_by_250_and_fields_by_batch(store: Store) -> None:
    shop = store(products=260, variants=1)
    shop.sync()
    shop.sandbox.requests.clear()
    ids = list(shop.sandbox.catalogue.product_ids)
    hint(shop, *ids)
    sync_changes(shop)
    assert len(shop.sandbox.requests) == 2
    for product_id in ids[:120]:
        shop.sandbox.catalogue.add_variant(product_id, sku=f"MORE-{product_id}")
    shop.sandbox.requests.clear()
    hint(shop, *ids[:120])
    sync_changes(shop)
    (run,) = shop.rows("SELECT * FROM crm.sync_run ORDER BY sync_run_id DESC LIMIT 1")
    options = 12  # ten products a request, beside one for the products and one for their currency
    fields = run["custom_fields_written"]
    assert fields >= 120
    assert len(shop.sandbox.requests) == run["requests"] == 1 + 1 + options + -(-fields // 50)
    assert run["requests"] == run["requests_least"]


def sold_below(shop: Shop, variant_id: int) -> list[int]:
    """The products that sell a variant."""
    return [
        row["bigcommerce_product_id"]
        for row in published(shop)
        if row["bigcommerce_variant_id"] == variant_id and row["is_sold"]
    ]


@pytest.mark.parametrize("old_one_has_a_hint", [True, False])
def test_variant_that_moved_is_sold_below_its_new_product_whichever_is_read_first(
    synced: Shop, old_one_has_a_hint: bool
) -> None:
    catalogue = synced.sandbox.catalogue
    old, new = catalogue.product_ids[:2]
    moved = catalogue.variants(old)[0].id
    catalogue.remove_variant(moved)
    catalogue.add_variant(new, id=moved, sku="MOVED")
    hint(synced, new)
    sync_changes(synced)
    assert sold_below(synced, moved) == [old]
    if old_one_has_a_hint:
        hint(synced, old)
    sync_changes(synced)
    assert sold_below(synced, moved) == [new]
    assert due(synced) == []
    assert synced.fields_in_store() == synced.fields_expected()


def test_variant_that_two_products_list_causes_one_more_look_and_no_circle(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    old, new = catalogue.product_ids[:2]
    twice = catalogue.variants(old)[0]
    catalogue.invalid_content.spoil_variant(catalogue.variants(new)[0].id, "id", str(twice.id))
    hint(synced, new)
    sync_changes(synced)
    assert due(synced) == [old, new]
    sync_changes(synced)
    assert due(synced) == []
    hint(synced, new)
    sync_changes(synced)
    assert due(synced) == []
    assert sold_below(synced, twice.id) == [old]


def test_override_price_outlives_removal_and_return(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    chosen = catalogue.product_ids[0]
    synced.change(
        """UPDATE crm.campaign_product_variant SET override_price = 7.77 FROM crm.campaign_product product
           WHERE product.campaign_product_id = campaign_product_variant.campaign_product_id
             AND bigcommerce_product_id = %s""",
        chosen,
    )
    catalogue.change_product(chosen, name="Still mine")
    hint(synced, chosen)
    sync_changes(synced)
    prices = {row["override_price"] for row in published(synced) if row["name"] == "Still mine"}
    assert [str(price) for price in prices] == ["7.77"]


def test_empty_answer_of_a_broken_store_removes_nothing_and_the_next_run_repeats(synced: Shop) -> None:
    before = published(synced)
    chosen = synced.sandbox.catalogue.product_ids[:3]
    hint(synced, *chosen)
    synced.sandbox.faults.add("status", status=200, path="id:in", answer=EMPTY, times=None)
    with pytest.raises(UnexpectedResponse, match="suddenly lists none"):
        sync_changes(synced)
    assert published(synced) == before
    assert due(synced) == chosen
    synced.sandbox.faults.clear()
    sync_changes(synced)
    assert published(synced) == before
    assert due(synced) == []
    kept = synced.rows("SELECT status, error FROM crm.sync_run WHERE only_product_ids IS NOT NULL")
    assert kept == [{"status": "Completed", "error": None}]


def test_one_empty_answer_among_good_ones_removes_nothing(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(synced)
    monkeypatch.setattr(read_changed, "PRODUCTS_PER_PAGE", 3)
    monkeypatch.setattr(read_changed, "WITNESSES", 1)
    chosen = synced.sandbox.catalogue.product_ids[:5]
    hint(synced, *chosen)
    read = read_changed.read_products_page
    # first all five, in two requests; then all again, two a request, each with a witness
    answers = iter(["empty", "empty", "good", "good", "empty"])

    def read_products_page(*arguments: Any, **options: Any) -> ProductsPage:
        page = read(*arguments, **options)
        return page if next(answers) == "good" else ProductsPage([], 0, 0, False, page.limit)

    monkeypatch.setattr(read_changed, "read_products_page", read_products_page)
    with pytest.raises(UnexpectedResponse, match="suddenly lists none"):
        sync_changes(synced)
    assert published(synced) == before
    assert due(synced) == chosen


def test_product_that_is_listed_when_asked_again_is_not_removed(synced: Shop) -> None:
    chosen = synced.sandbox.catalogue.product_ids[0]
    synced.sandbox.catalogue.change_product(chosen, name="Back at once")
    hint(synced, chosen)
    synced.sandbox.faults.add("status", status=200, path="id:in", answer=EMPTY)
    sync_changes(synced)
    assert [row["is_sold"] for row in published(synced) if row["name"] == "Back at once"]
    assert all(row["is_sold"] for row in published(synced))


def test_removal_of_most_of_the_catalogue_is_left_to_a_full_sync(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    kept, *gone = list(catalogue.product_ids)
    for product_id in gone:
        catalogue.remove_product(product_id)
    catalogue.change_product(kept, name="Renamed")
    hint(synced, kept, *gone)
    assert "Not removed: 11 products" in sync_changes(synced)["summary"]
    assert all(row["is_sold"] for row in published(synced))
    assert "Renamed" in {row["name"] for row in published(synced)}
    assert due(synced) == []


def test_removal_of_half_of_the_catalogue_is_published_at_once(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    gone = list(catalogue.product_ids)[: len(catalogue.product_ids) // 2]
    for product_id in gone:
        catalogue.remove_product(product_id)
    hint(synced, *gone)
    assert "Not removed" not in sync_changes(synced)["summary"]
    sold = {row["bigcommerce_product_id"] for row in published(synced) if row["is_sold"]}
    assert sold == set(catalogue.product_ids)


def test_broken_product_keeps_its_rows_and_stops_no_other(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    broken, sound = catalogue.product_ids[:2]
    catalogue.invalid_content.spoil_product(broken, "name", "true")
    catalogue.change_product(sound, name="Sound")
    hint(synced, broken, sound)
    result = sync_changes(synced)
    assert result["counts"]["quarantined"] == 1
    assert all(row["is_sold"] for row in published(synced))
    assert "Sound" in {row["name"] for row in published(synced)}


def test_failure_is_kept_in_one_sentence_and_one_sync_until_a_run_succeeds(synced: Shop) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.sandbox.faults.add("status", status=401, path=PRODUCTS, times=2)
    for _ in range(2):
        with pytest.raises(BigCommerceError):
            sync_changes(synced)
        (kept,) = synced.rows("SELECT * FROM crm.sync_run WHERE only_product_ids IS NOT NULL")
        assert kept["status"] == "Failed"
        assert "access token" in kept["error"]
    sync_changes(synced)
    (kept,) = synced.rows("SELECT * FROM crm.sync_run WHERE only_product_ids IS NOT NULL")
    assert (kept["status"], kept["trigger"]) == ("Completed", "store change")


def test_refused_custom_field_settles_the_hint_and_is_named(synced: Shop) -> None:
    catalogue = synced.sandbox.catalogue
    product_id = catalogue.product_ids[0]
    variant = catalogue.add_variant(product_id, sku="REFUSED")
    synced.sandbox.faults.refuse_batches_with(variant.id, 422)
    hint(synced, product_id)
    with pytest.raises(CustomFieldsRefused):
        sync_changes(synced)
    assert due(synced) == []
    assert synced.rows("SELECT 1 FROM crm.sync_run WHERE only_product_ids IS NOT NULL AND status = 'Failed'")


def test_hint_that_arrives_while_products_are_read_stays_for_the_next_run(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = synced.sandbox.catalogue.product_ids[0]
    hint(synced, chosen)
    load = steps.load

    def load_late(sync_run_id: int) -> dict[str, Any]:
        hint(synced, chosen)
        return load(sync_run_id)

    monkeypatch.setattr(steps, "load", load_late)
    sync_changes(synced)
    assert due(synced) == [chosen]


@pytest.mark.parametrize("is_waiting", [True, False])
def test_end_of_a_sync_of_changes_is_notified_if_hints_wait_for_it(
    is_waiting: bool, synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = synced.sandbox.catalogue.product_ids[0]
    hint(synced, chosen)
    load = steps.load

    def load_late(sync_run_id: int) -> dict[str, Any]:
        if is_waiting:
            hint(synced, chosen)
        listener.execute(f"LISTEN {change_hints.CHANNEL}")
        return load(sync_run_id)

    monkeypatch.setattr(steps, "load", load_late)
    with psycopg.connect(synced.crm_url, autocommit=True) as listener:
        sync_changes(synced)
        heard = [each.payload for each in listener.notifies(timeout=0.5)]
    assert heard == [str(synced.source.data_source_id)] * is_waiting


def test_full_sync_settles_earlier_hints_and_not_those_received_while_it_read(synced: Shop) -> None:
    first, second = synced.sandbox.catalogue.product_ids[:2]
    hint(synced, first)
    run = synced.begin()
    steps.extract(run)
    hint(synced, second)
    steps.load(run)
    assert due(synced) == [second]
    steps.write_back(run)
    dry = synced.begin(dry_run=True)
    for step in (steps.extract, steps.load, steps.write_back):
        step(dry)
    assert due(synced) == [second]


@pytest.mark.parametrize("next_sync", ["changes", "full"])
def test_sync_of_changes_that_was_killed_is_closed_by_the_next_sync(
    synced: Shop, monkeypatch: pytest.MonkeyPatch, next_sync: str
) -> None:
    chosen = synced.sandbox.catalogue.product_ids[0]
    synced.sandbox.catalogue.change_product(chosen, name="Renamed")
    hint(synced, chosen)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(change_sync, "_write_to_store", killed)
        with pytest.raises(KeyboardInterrupt):
            sync_changes(synced)
    assert due(synced) == [chosen]
    if next_sync == "changes":
        sync_changes(synced)
    else:
        dag_run = sync_run_rows.DagRunReference("the DAG of the store", "its run")
        steps.begin(synced.sandbox.store_hash, SyncOptions(), dag_run)
    killed_sync = synced.rows("SELECT * FROM crm.sync_run WHERE only_product_ids IS NOT NULL ORDER BY 1")[0]
    assert (killed_sync["status"], killed_sync["error"]) == ("Failed", sync_runs.STOPPED_BEFORE_THE_NEXT)


def test_another_running_sync_is_not_disturbed(synced: Shop) -> None:
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    before = synced.rows("SELECT * FROM crm.sync_run")
    with steps.open_crm() as other:
        assert steps.sync_lock.lock(other, synced.source.data_source_id)
        with pytest.raises(AnotherSyncRuns):
            sync_changes(synced)
    assert synced.rows("SELECT * FROM crm.sync_run") == before
    assert due(synced)


def test_price_in_another_currency_is_not_published_however_lately_the_currency_changed(synced: Shop) -> None:
    before = published(synced)
    chosen = synced.sandbox.catalogue.product_ids[0]
    synced.sandbox.settings.information["currency"] = "JPY"
    synced.sandbox.catalogue.change_product(chosen, name="Changed", price=Decimal(1_500))
    hint(synced, chosen)
    with pytest.raises(CurrencyChanged, match="prices are in JPY now, but its campaign is in USD"):
        sync_changes(synced)
    assert published(synced) == before
    assert synced.requests("GET", "/v2/store") == 1
    assert due(synced) == [chosen]

    synced.sandbox.settings.information["currency"] = "USD"
    sync_changes(synced)
    assert {row["name"] for row in published(synced)} > {"Changed"}
    assert due(synced) == []


def test_sync_of_changes_moves_no_status_no_last_sync_and_no_chart(
    synced: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> list[Any]:
        synced.crm.rollback()
        source = synced.source.data_source_id
        return [
            sync_history.latest_of_each(synced.crm)[source],
            sync_history.latest_completed_of_each(synced.crm)[source],
            sync_history.trends(synced.crm),
            synced.rows("SELECT * FROM crm.late_data_source"),
        ]

    before = shown()
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    synced.sandbox.faults.add("status", status=401, path=PRODUCTS)
    with pytest.raises(BigCommerceError):
        sync_changes(synced)
    assert shown() == before
    sync_changes(synced)
    assert shown() == before
    history = sync_history.page(synced.crm, synced.source.data_source_id, limit=10)
    assert [run.trigger for run in history] == ["store change", "command line"]
    assert status.with_outcome(history[0], []) == history[0]
