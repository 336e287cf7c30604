"""What the steps promise together: against a store over HTTP and a real Postgres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import ScopeMissing, TokenRejected, UnexpectedResponse
from include.crm import catalogue_pages, sync_runs
from include.crm.data_sources import NoDataSource
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps
from include.product_sync.errors import MassRemoval, PagesMissing
from tests.support.shop import Shop

Store = Callable[..., Shop]
PRODUCTS = "/v3/catalog/products"
METAFIELDS = "/v3/catalog/variants/metafields"


def test_a_first_sync_completes_with_every_variant_carrying_its_ids(store: Store) -> None:
    active = store(products=30, variants=3)
    run = active.sync()
    assert run.status == "Completed"
    assert run.counts["products_new"] == 30
    assert len(active.fields_in_store()) == 90
    assert active.fields_in_store() == active.fields_expected()
    assert run.summary == "30 products, 90 variants: 120 new; 90 custom fields written"
    assert (run.products_pulled, run.products_total) == (30, 30)
    assert (run.custom_fields_written, run.custom_fields_total) == (90, 90)
    assert active.rows("SELECT * FROM crm.catalogue_page") == []


def test_renamed_store_goes_by_its_new_name_after_a_sync_and_its_campaign_keeps_its_own(synced: Shop) -> None:
    before = synced.source
    synced.sandbox.settings.information["name"] = "Tea & Coffee"
    synced.sync(dry_run=True)
    assert synced.source == before
    synced.sync()
    assert synced.source == replace(before, store_name="Tea & Coffee")
    assert synced.rows("SELECT name FROM crm.campaign") == [{"name": "Sandbox"}]


def test_a_second_sync_of_an_unchanged_store_writes_nothing_anywhere(store: Store) -> None:
    active = store(products=30, variants=3)
    active.sync()
    active.sandbox.forget_requests()
    run = active.sync()
    assert run.summary == "30 products, 90 variants: nothing changed; 0 custom fields written"
    assert [one.method for one in active.sandbox.requests] == ["GET", "GET"]


def test_awkward_catalogues_complete_with_their_warnings_counted(store: Store) -> None:
    active = store(products=300, variants=3, awkward=True)
    run = active.sync()
    assert run.status == "Completed"
    for kind in ("blank_skus", "duplicate_skus"):
        assert run.counts[kind] > 0, kind
    assert active.fields_in_store() == active.fields_expected()
    held = {
        row["bigcommerce_variant_id"] for row in active.rows("SELECT * FROM crm.campaign_product_variant")
    }
    listed = {variant.id for variant in active.sandbox.catalogue.all_variants()}
    assert held <= listed
    left_out = active.rows("SELECT * FROM crm.sync_warning WHERE kind = 'quarantined'")
    assert listed - held <= {row["bigcommerce_variant_id"] for row in left_out} | {
        variant.id for variant in active.sandbox.catalogue.all_variants() if not variant.product_id
    }


def test_prices_are_those_of_the_store_to_the_cent(store: Store) -> None:
    active = store(products=40, variants=4)
    active.sync()
    held = {
        row["bigcommerce_variant_id"]: row["price"]
        for row in active.rows("SELECT bigcommerce_variant_id, price FROM crm.campaign_product_variant")
    }
    listed = {variant.id: variant.calculated_price for variant in active.sandbox.catalogue.all_variants()}
    assert all(isinstance(price, Decimal) for price in held.values())
    assert held == listed


def test_a_wrong_token_is_named_in_a_sentence_and_a_new_one_fixes_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = store(products=3)
    active.sandbox.access.revoke_token()
    run = active.begin()
    with pytest.raises(TokenRejected):
        steps.extract(run)
    failed = active.run(run)
    assert failed.status == "In Progress"
    assert "access token" in failed.error
    assert active.sandbox.token not in failed.error
    steps.fail(DagRunReference(), None)  # names no sync of Airflow's: nothing to end
    sync_runs.fail(active.crm, run, "any")
    active.crm.commit()
    assert (active.run(run).status, active.run(run).error) == ("Failed", failed.error)
    assert active.run(run).action == "new_token"
    active.sandbox.access.renew_token(active.sandbox.token)
    completed = active.sync()
    assert (completed.status, completed.action) == ("Completed", "")


def test_a_missing_scope_to_write_is_named_and_the_products_are_published_all_the_same(store: Store) -> None:
    active = store(products=3, scopes=["store_v2_products_read_only", "store_v2_information_read_only"])
    run = active.begin()
    steps.extract(run)
    steps.load(run)
    with pytest.raises(ScopeMissing, match="store_v2_products"):
        steps.write_back(run)
    assert "store_v2_products" in active.run(run).error
    active.sandbox.access.grant_scope("store_v2_products")
    steps.write_back(run)
    assert active.run(run).status == "Completed"
    assert active.run(run).error is None


def test_every_step_can_be_run_again(store: Store) -> None:
    active = store(products=8, variants=2)
    run = active.begin()
    for step in (steps.extract, steps.extract, steps.load, steps.load, steps.write_back, steps.write_back):
        step(run)
    assert active.run(run).status == "Completed"
    assert active.run(run).counts["products_new"] == 8
    assert active.fields_in_store() == active.fields_expected()


def test_step_that_is_stopped_right_before_a_commit_ends_and_can_be_run_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = store(products=2)
    run = active.begin()

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        add = catalogue_pages.add
        # the page is added, which locks the sync, and not committed
        stopping.setattr(catalogue_pages, "add", lambda *given, **named: stop(add(*given, **named)))
        stopping.setattr(steps, "NOTE_SECONDS", 1)
        with pytest.raises(KeyboardInterrupt):
            steps.extract(run)
    for step in (steps.extract, steps.load, steps.write_back):
        step(run)
    assert active.run(run).status == "Completed"


def test_a_retried_load_reads_nothing_from_the_store_again(store: Store) -> None:
    active = store(products=8)
    run = active.begin()
    steps.extract(run)
    active.sandbox.forget_requests()
    steps.load(run)
    assert active.sandbox.requests == []


def test_a_dry_run_in_between_takes_no_pages_from_a_sync_that_has_not_ended(store: Store) -> None:
    active = store(products=8)
    run = active.begin()
    steps.extract(run)
    dry = steps.begin(
        active.sandbox.store_hash, SyncOptions(dry_run=True), DagRunReference("dag", "run", None, "manual")
    )
    for step in (steps.extract, steps.load, steps.write_back):
        step(dry)
    steps.load(run)
    assert active.run(run).counts["products"] == 8


def test_a_store_never_activated_is_named_with_the_command_that_activates_it(store: Store) -> None:
    store(products=1)
    with pytest.raises(NoDataSource, match="Activate it first"):
        steps.begin("nothere", SyncOptions(), DagRunReference())


def test_a_dry_run_changes_neither_the_store_nor_the_catalogue(store: Store) -> None:
    active = store(products=5, variants=2)
    run = active.sync(dry_run=True)
    assert run.summary == (
        "Dry run, nothing was written. 5 products, 10 variants: 15 new; 10 custom fields to write"
    )
    assert active.fields_in_store() == {}
    assert active.rows("SELECT * FROM crm.campaign_product") == []


def test_only_variants_that_are_new_or_recreated_are_written_back(store: Store) -> None:
    active = store(products=20, variants=3)
    active.sync()
    product_id = active.sandbox.catalogue.product_ids[0]
    active.sandbox.catalogue.recreate_variants(product_id)
    active.sandbox.catalogue.set_price(
        active.sandbox.catalogue.variants(active.sandbox.catalogue.product_ids[1])[0].id, "77.70"
    )
    active.sandbox.forget_requests()
    run = active.sync()
    assert run.counts["variants_relinked"] == 3
    assert run.counts["variants_changed"] == 1
    assert run.custom_fields_written == 3
    assert active.requests("POST", METAFIELDS) == 1
    assert active.fields_in_store() == active.fields_expected()


def test_a_crash_between_writing_and_remembering_heals_on_the_next_run(store: Store) -> None:
    active = store(products=20, variants=3)
    active.sync()
    active.crm.execute("DELETE FROM crm.variant_custom_field WHERE variant_detail_id % 2 = 0")
    active.crm.commit()
    run = active.sync()
    assert run.status == "Completed"
    assert active.rows("SELECT * FROM crm.pending_custom_field") == []
    assert active.fields_in_store() == active.fields_expected()
    assert len(active.sandbox.catalogue.metafields) == 60


def test_a_forgotten_field_with_a_wrong_value_is_corrected(store: Store) -> None:
    active = store(products=4, variants=1)
    active.sync()
    for metafield in active.sandbox.catalogue.metafields.find({}):
        active.sandbox.catalogue.metafields.update(metafield.id, {"value": "1.999999"})
    active.crm.execute("DELETE FROM crm.variant_custom_field")
    active.crm.commit()
    active.sync()
    assert active.fields_in_store() == active.fields_expected()


def test_drift_in_the_store_is_repaired_only_by_a_sync_that_verifies(store: Store) -> None:
    active = store(products=6, variants=2)
    active.sync()
    drifted, lost, *_ = active.sandbox.catalogue.metafields.find({})
    active.sandbox.catalogue.metafields.update(drifted.id, {"value": "0.0"})
    active.sandbox.catalogue.metafields.delete(lost.id)
    assert active.sync().custom_fields_written == 0
    assert active.sync(verify_custom_fields=True).custom_fields_written == 2
    assert active.fields_in_store() == active.fields_expected()


def test_another_namespace_moves_the_fields_rather_than_leaving_old_ones_behind(store: Store) -> None:
    active = store(products=4, variants=2)
    active.sync()
    active.crm.execute("UPDATE crm.data_source SET custom_field_namespace = 'shop'")
    active.crm.commit()
    active.sync()
    assert {metafield.namespace for metafield in active.sandbox.catalogue.metafields.find({})} == {"shop"}
    assert len(active.sandbox.catalogue.metafields) == 8


def test_a_deleted_metafield_is_created_again_when_it_has_to_change(store: Store) -> None:
    active = store(products=2, variants=1)
    active.sync()
    active.sandbox.catalogue.metafields.delete(active.sandbox.catalogue.metafields.find({})[0].id)
    active.crm.execute("UPDATE crm.data_source SET custom_field_permission_set = 'read'")
    active.crm.commit()
    active.sync()
    assert {metafield.permission_set for metafield in active.sandbox.catalogue.metafields.find({})} == {
        "read"
    }
    assert active.fields_in_store() == active.fields_expected()


@pytest.mark.parametrize("rows_per_page", [250, 1], ids=["one page", "a page for each row"])
def test_another_accounts_field_of_the_same_name_is_never_taken_for_ours(
    store: Store, rows_per_page: int
) -> None:
    active = store(products=3, variants=1)
    active.sync()
    metafields = active.sandbox.catalogue.metafields
    changed, deleted, sound = metafields.find({})
    for each in (changed, deleted, sound):
        metafields.add_foreign(each.resource_id)
    metafields.update(changed.id, {"value": "a person's"})
    metafields.delete(deleted.id)
    active.sandbox.settings.page_cap = rows_per_page
    verified = active.sync(verify_custom_fields=True)
    assert (verified.status, verified.counts["custom_fields_written"]) == ("Completed", 2)
    ours = {each.resource_id: each.value for each in metafields.find({}) if each.value != "theirs"}
    assert ours == active.fields_expected()
    assert active.sync().counts["custom_fields_written"] == 0


def test_a_variant_deleted_after_it_was_read_does_not_stop_the_others(store: Store) -> None:
    active = store(products=6, variants=2)
    run = active.begin()
    steps.extract(run)
    steps.load(run)
    active.sandbox.catalogue.remove_product(active.sandbox.catalogue.product_ids[0])
    steps.write_back(run)
    assert active.run(run).status == "Completed"
    assert len(active.fields_in_store()) == 10


def test_products_that_come_and_go_while_the_catalogue_is_read_leave_the_rest_whole(store: Store) -> None:
    active = store(products=40, variants=2)
    active.sandbox.settings.page_cap = 5
    before = set(active.sandbox.catalogue.product_ids)
    gone = {sorted(before)[0], sorted(before)[20], sorted(before)[39]}
    for number, product_id in enumerate(gone, start=1):
        active.sandbox.after_products_page(
            number, lambda catalogue, gone=product_id: catalogue.remove_product(gone)
        )
    active.sandbox.after_products_page(2, lambda catalogue: catalogue.add_product(name="Late"))
    active.sync()
    held = {
        row["bigcommerce_product_id"]
        for row in active.rows("SELECT * FROM crm.campaign_product WHERE removed_at IS NULL")
    }
    assert before - gone <= held
    assert held <= set(active.sandbox.catalogue.product_ids) | gone


def test_a_store_that_lists_fewer_products_than_it_counts_is_not_believed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = store(products=12, variants=1)
    active.sync()
    active.sandbox.settings.page_cap = 5
    run = active.begin()
    with monkeypatch.context() as patched:
        patched.setattr("include.bigcommerce.pagination.Pagination.promises_more", lambda *_: False)
        with pytest.raises(UnexpectedResponse, match="counts 12 products but listed only 5"):
            steps.extract(run)
    with pytest.raises(PagesMissing):
        steps.load(run)


@pytest.mark.parametrize("page_cap", [1, 7, 10, 250])
def test_any_page_size_that_the_store_chooses_gives_the_same_catalogue(store: Store, page_cap: int) -> None:
    active = store(products=31, variants=1)
    active.sandbox.settings.page_cap = page_cap
    assert active.sync().counts["products"] == 31


def test_a_large_catalogue_costs_no_more_requests_than_its_pages_and_the_check_of_access(
    store: Store,
) -> None:
    active = store(products=2_600, variants=1)
    active.sandbox.settings.latency_seconds = 0.05
    run = active.begin()
    steps.extract(run)
    assert active.requests("GET", PRODUCTS) == 11
    assert len(active.sandbox.requests) == 12
    assert active.sandbox.most_in_flight > 1
    assert active.run(run).products_pulled == 2_600


def test_a_sync_of_an_empty_store_is_completed(store: Store) -> None:
    run = store(products=0).sync()
    assert (run.status, run.summary) == (
        "Completed",
        "0 products, 0 variants: nothing changed; 0 custom fields written",
    )


def test_a_store_emptied_by_mistake_stops_the_sync(store: Store) -> None:
    active = store(products=5)
    active.sync()
    for product_id in active.sandbox.catalogue.product_ids:
        active.sandbox.catalogue.remove_product(product_id)
    run = active.begin()
    steps.extract(run)
    with pytest.raises(MassRemoval):
        steps.load(run)
    assert len(active.rows("SELECT * FROM crm.campaign_product WHERE removed_at IS NULL")) == 5


def test_stopped_sync_keeps_how_much_it_would_have_removed(store: Store) -> None:
    active = store(products=5)
    active.sync()
    *gone, kept = active.sandbox.catalogue.product_ids
    for product_id in gone:
        active.sandbox.catalogue.remove_product(product_id)
    held = active.rows(
        "SELECT bigcommerce_product_id AS id, count(*) AS variants FROM crm.campaign_product "
        "JOIN crm.campaign_product_variant USING (campaign_product_id) GROUP BY bigcommerce_product_id"
    )
    run = active.begin()
    steps.extract(run)
    with pytest.raises(MassRemoval):
        steps.load(run)
    [stopped] = active.rows("SELECT action, counts FROM crm.sync_run WHERE sync_run_id = %s", run)
    assert stopped["action"] == "allow_mass_removal"
    assert stopped["counts"] == {
        "would_remove_products": len(gone),
        "would_remove_variants": sum(row["variants"] for row in held if row["id"] != kept),
    }


def test_the_next_sync_closes_one_that_was_killed(store: Store) -> None:
    active = store(products=2)
    killed = active.begin()
    steps.extract(killed)
    assert active.sync().status == "Completed"
    assert active.run(killed).status == "Failed"
    assert "stopped from outside" in active.run(killed).error


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_network_does_the_sync_ends_right(store: Store, seed: int) -> None:
    active = store(products=60, variants=3)
    active.sandbox.settings.page_cap = 10
    active.sandbox.faults.by_chance(
        seed,
        {
            "status": 0.1,
            "reset_before_write": 0.1,
            "reset_after_write": 0.1,
            "html": 0.05,
            "cut_connection": 0.05,
        },
        status=503,
    )
    run = active.sync()
    assert run.status == "Completed"
    assert active.fields_in_store() == active.fields_expected()
    assert len(active.sandbox.catalogue.metafields) == 180
    assert active.rows("SELECT * FROM crm.pending_custom_field") == []


def test_no_transaction_is_open_while_the_store_is_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Except for the one that keeps other syncs of the store out, which has read no table."""
    active = store(products=600, variants=1)
    send, transactions = StoreClient.send, []

    def send_and_look(client: StoreClient, method: str, path: str, **options: Any) -> Any:
        if method == "GET":
            transactions.extend(
                active.rows(
                    "SELECT query FROM pg_stat_activity WHERE datname = current_database() "
                    "AND starts_with(state, 'idle in transaction') "
                    "AND strpos(query, 'pg_try_advisory_xact_lock') = 0"
                )
            )
        return send(client, method, path, **options)

    monkeypatch.setattr(StoreClient, "send", send_and_look)
    assert active.sync().status == "Completed"
    assert transactions == []
