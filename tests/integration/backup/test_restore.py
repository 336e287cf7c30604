"""The CRM's database is lost and restored from a backup that is older than what was sent to the store since.

What an ops person types is taken from docs/backup.md and run as it stands there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.bigcommerce.errors import TokenRejected
from include.crm import data_sources, order_decisions
from include.crm.override_prices import set_override_price
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.local.postgres import Postgres, programs
from include.order_push import steps
from include.order_push.run_request import PushRequest
from include.order_push.translate import external_order_id
from include.product_sync import steps as product_sync
from tests.support.databases import as_postgres
from tests.support.ordering_store import OrderingStore
from tests.support.project import PROJECT

PAGE = (PROJECT / "docs" / "backup.md").read_text()


@dataclass
class Business:
    """A store that is synced and sends orders, and the database that gets lost."""

    store: OrderingStore
    postgres: Postgres
    folder: Path

    def command(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run the commands of docs/backup.md under this name."""
        found = re.search(rf"^ *```sh {name}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
        assert found, f"docs/backup.md has no commands {name}"
        environment = {
            "CRM_DATABASE_URL": as_postgres(self.store.crm_url),
            "BACKUP": str(self.folder),
            "PYTHONPATH": str(PROJECT),
            "PATH": os.pathsep.join([str(programs()), str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        return subprocess.run(
            ["bash", "-euc", found[1]],
            cwd=PROJECT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    def lose_database(self) -> None:
        """All of it is gone, and an empty one is in its place."""
        self.store.crm.close()
        name = self.store.crm_url.rpartition("/")[2].partition("?")[0]
        self.postgres.drop_database(name)
        self.postgres.create_database(name)

    def restore(self) -> None:
        """As the page says, up to the question what the stores have."""
        done = self.command("restore")
        assert done.returncode == 0, done.stderr
        self.store.crm = psycopg.connect(self.store.crm_url)

    def sync(self, **options: bool) -> dict[str, Any]:
        """A whole product sync; what its last step gave."""
        run = product_sync.begin(self.store.sandbox.store_hash, SyncOptions(**options), DagRunReference())
        product_sync.extract(run)
        product_sync.load(run)
        return product_sync.write_back(run)

    def push(self) -> dict[str, Any]:
        """A run of the order push, and another when all delays are over."""
        steps.push(self.store.sandbox.store_hash, PushRequest())
        self.store.pass_time()
        return steps.push(self.store.sandbox.store_hash, PushRequest())

    def fields(self) -> dict[int, str]:
        """The custom field of each BigCommerce variant, read from the store."""
        found = self.store.sandbox.catalogue.metafields.find({"namespace": "crm", "key": "campaign_product"})
        return {metafield.resource_id: metafield.value for metafield in found}

    def expected_fields(self) -> dict[int, str]:
        """What each should be, by the CRM's ids of today."""
        return {
            row["bigcommerce_variant_id"]: f"{row['campaign_product_id']}.{row['variant_detail_id']}"
            for row in self.store.rows("SELECT * FROM crm.campaign_product_variant WHERE removed_at IS NULL")
        }


@dataclass
class Orders:
    """Order ids of a business that was backed up and went on."""

    in_backup_sent: int
    in_backup_unclear: int
    sent_since: list[int]
    mended_since: int
    lost: list[int]
    waiting: int


@pytest.fixture
def business(
    shop: Callable[..., OrderingStore], postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Business:
    """A store that is synced, fields and all."""
    made = Business(shop(), postgres, tmp_path)
    monkeypatch.setenv("AIRFLOW_DATABASE_URL", made.store.crm_url)  # any database: only that it can be dumped
    made.store.change("UPDATE crm.data_source SET order_lookup_delay_seconds = 1")
    made.sync()
    return made


def back_up_and_go_on(business: Business) -> Orders:
    """The backup is made in the middle of everything; then orders are sent that it knows nothing of."""
    store = business.store
    sent, mended = store.order(), store.order(country="XX")
    store.push()
    store.sandbox.faults.add("reset_after_write", method="POST", path="/v2/orders")
    unclear = store.order()
    store.push()
    since = [store.order(variant=1), store.order(variant=2)]
    waiting = store.order(order_status="PENDING")
    assert store.states() == {sent: "pushed", mended: "rejected", unclear: "uncertain"}

    done = business.command("backup")
    assert done.returncode == 0, done.stderr

    store.change("UPDATE crm.customer_order SET country = 'US' WHERE order_id = %s", mended)
    order_decisions.retry(store.crm, [mended], worker="a person")
    store.crm.commit()
    lost = [store.order(), store.order(variant=3)]
    business.push()
    assert store.in_store() == store.expected([sent, mended, unclear, *since, *lost])
    return Orders(sent, unclear, since, mended, lost, waiting)


def test_nothing_is_pushed_twice_even_if_nobody_asks_the_stores_first(business: Business) -> None:
    store = business.store
    orders = back_up_and_go_on(business)
    in_store = store.in_store()
    business.lose_database()
    business.restore()
    assert store.states()[orders.mended_since] == "rejected", "the backup knows no better"
    store.sandbox.forget_requests()
    business.push()
    assert store.posts() == 0
    assert store.in_store() == in_store
    known = [orders.in_backup_sent, orders.in_backup_unclear, orders.mended_since, *orders.sent_since]
    assert store.states() == dict.fromkeys(known, "pushed")
    ids = {order.external_order_id: order.id for order in store.sandbox.orders}
    for order_id in known:
        assert store.row(order_id)["bigcommerce_order_id"] == ids[external_order_id(order_id)]


def test_new_orders_go_out_once_after_a_restore(business: Business) -> None:
    store = business.store
    orders = back_up_and_go_on(business)
    in_store = store.in_store()
    business.lose_database()
    business.restore()
    new = store.order()
    store.change(
        "UPDATE crm.customer_order SET order_status = 'COMPLETE' WHERE order_id = %s", orders.waiting
    )
    business.push()
    assert store.in_store() == in_store + store.expected([new, orders.waiting])
    assert set(store.states().values()) == {"pushed"}


def test_orders_of_before_the_switch_that_were_sent_since_are_not_sent_by_a_backfill(
    business: Business,
) -> None:
    store = business.store
    old = datetime.now(timezone.utc) - timedelta(days=30)
    order_id = store.order(completed_at=old)
    assert business.command("backup").returncode == 0
    backfill = PushRequest("backfill", from_time=old - timedelta(days=1), to_time=old + timedelta(days=1))
    steps.push(store.sandbox.store_hash, backfill)
    assert store.in_store() == store.expected([order_id])
    business.lose_database()
    business.restore()
    for _ in range(2):
        steps.push(store.sandbox.store_hash, backfill)
        store.pass_time()
    assert store.in_store() == store.expected([order_id])
    assert store.states() == {order_id: "pushed"}


def test_the_check_above_can_fail_without_the_question_orders_go_twice(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = back_up_and_go_on(business)
    business.lose_database()
    business.restore()
    monkeypatch.setattr(steps, "find_unrecorded", lambda *_: 0)
    business.push()
    in_store = business.store.in_store()
    assert [in_store[external_order_id(order_id)] for order_id in orders.sent_since] == [2, 2]


def test_orders_sent_since_the_backup_and_lost_orders_are_named(business: Business) -> None:
    store = business.store
    orders = back_up_and_go_on(business)
    business.lose_database()
    business.restore()
    store.sandbox.forget_requests()
    for number in (3, 0):  # repeating it changes nothing and names the lost ones again
        done = business.command("after-restore")
        assert done.returncode == 1
        assert f"Tea Shop: {number} orders are in BigCommerce already" in done.stdout
        for order_id in orders.lost:
            assert f"is the CRM's order {order_id}, which the CRM does not have" in done.stdout
        assert f"Make sure that the CRM's next order has an id above {max(orders.lost)}." in done.stdout
        assert "The CRM lost 2 orders that BigCommerce has." in done.stderr
    assert store.posts() == 0
    assert {store.states()[order_id] for order_id in [*orders.sent_since, orders.mended_since]} == {
        "uncertain"
    }
    told = steps.compare(
        store.sandbox.store_hash, datetime.now(timezone.utc) - timedelta(days=1), datetime.now(timezone.utc)
    )
    unknown = [finding for finding in told.findings if finding.kind == "unknown to the CRM"]
    assert [finding.order_id for finding in unknown] == orders.lost
    assert "docs/backup.md" in unknown[0].sentence


def test_unavailable_store_is_named_and_the_others_are_still_checked(
    business: Business,
) -> None:
    orders = back_up_and_go_on(business)
    business.lose_database()
    business.restore()
    business.store.change(
        "INSERT INTO crm.data_source (store_hash, store_name) VALUES ('away1', 'Away Shop')"
    )
    done = business.command("after-restore")
    assert done.returncode == 1
    assert "Away Shop could not be read." in done.stdout
    assert "These stores could not be read: away1." in done.stderr
    for order_id in orders.lost:
        assert f"is the CRM's order {order_id}, which the CRM does not have" in done.stdout


def test_a_lost_order_that_is_entered_again_is_adopted(business: Business) -> None:
    store = business.store
    orders = back_up_and_go_on(business)
    [(completed_at,)] = [
        (row["completed_at"],)
        for row in store.rows("SELECT * FROM crm.customer_order WHERE order_id = %s", orders.lost[0])
    ]
    in_store = store.in_store()
    business.lose_database()
    business.restore()
    business.push()
    store.next_order_id = orders.lost[0]
    assert store.order(completed_at=completed_at) == orders.lost[0]
    business.push()
    assert store.states()[orders.lost[0]] == "pushed"
    assert store.in_store() == in_store


def test_an_id_that_the_crm_gives_out_again_loses_no_order_and_doubles_none(business: Business) -> None:
    store = business.store
    orders = back_up_and_go_on(business)
    in_store = store.in_store()
    business.lose_database()
    business.restore()
    store.next_order_id = orders.lost[0]
    again = store.order(completed_at=datetime.now(timezone.utc) + timedelta(hours=3))
    business.push()
    row = store.row(again)
    assert row["state"] == "rejected"
    assert "another order under this id" in row["reason"]
    assert "under an id never used before" in row["next_step"]
    order_decisions.retry(store.crm, [again], worker="a person")
    store.crm.commit()
    business.push()
    assert store.row(again)["state"] == "rejected", "as long as it is another order"
    assert store.in_store() == in_store


def test_the_next_sync_is_clean_and_no_id_comes_to_mean_another_product(business: Business) -> None:
    store = business.store
    source = data_sources.get(store.crm, store.sandbox.store_hash)
    assert source is not None
    variant = store.variants[0]
    assert source.campaign_id is not None
    set_override_price(store.crm, source.campaign_id, variant["variant_detail_id"], Decimal("1.23"), "ann")
    store.crm.commit()
    assert business.command("backup").returncode == 0
    before = business.expected_fields()
    new = store.sandbox.catalogue.add_product("Cup", [{"sku": "CUP-1"}, {"sku": "CUP-2"}])
    store.sandbox.catalogue.recreate_variants(store.sandbox.catalogue.product_ids[0])
    business.sync()
    since = business.fields()
    assert len(since) > len(before)
    [lost_field, *_] = store.sandbox.catalogue.metafields.find({"namespace": "crm"})
    store.sandbox.catalogue.metafields.delete(lost_field.id)

    business.lose_database()
    business.restore()
    business.sync()
    assert business.fields() == business.expected_fields()
    lost_ids = {since[each.id] for each in new.variants}
    assert not lost_ids & set(business.fields().values()), "a dead link may not lead to another product"
    assert business.sync()["counts"]["custom_fields_written"] == 0
    [row] = store.rows(
        "SELECT override_price FROM crm.campaign_product_variant WHERE variant_detail_id = %s",
        variant["variant_detail_id"],
    )
    assert row["override_price"] == Decimal("1.23")


def test_asking_costs_one_request_for_each_push_that_sends_and_none_for_one_that_does_not(
    business: Business,
) -> None:
    store = business.store
    store.order()
    business.push()
    store.sandbox.forget_requests()
    business.push()
    assert store.sandbox.requests == []
    store.order()
    steps.push(store.sandbox.store_hash, PushRequest())
    sent = [f"{one.method} {one.path}" for one in store.sandbox.requests]
    assert sent == ["GET /v2/orders", "POST /v2/orders"]


def test_orders_wait_in_the_ledger_while_the_store_is_unavailable(business: Business) -> None:
    store = business.store
    order_id = store.order()
    store.sandbox.access.revoke_token()
    with pytest.raises(TokenRejected):
        steps.push(store.sandbox.store_hash, PushRequest())
    assert store.states() == {order_id: "pending"}
    assert store.posts() == 0


def test_every_command_of_the_page_is_one_that_there_is() -> None:
    from include.data_sources.__main__ import main as data_sources_main
    from include.order_push.__main__ import main as order_push_main

    mains = {"include.data_sources": data_sources_main, "include.order_push": order_push_main}
    named = set(re.findall(r"python -m (include\.\w+) ([a-z-]+)", PAGE))
    assert named
    for module, verb in named:
        with pytest.raises(SystemExit) as ended:
            mains[module]([verb, "--help"])
        assert ended.value.code == 0
    for file in re.findall(r"--file=(sql/\S+)", PAGE):
        assert (PROJECT / file).exists()
