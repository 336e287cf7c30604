"""The CRM's data sources: one row for each activated BigCommerce store."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

from include.crm.database import Connection, execute, fetch_all, fetch_one
from include.crm.store_hashes import read_store_hash
from include.crm.sync_runs import STOPPED_FROM_OUTSIDE
from include.errors import FixData

State = Literal["active", "draining", "inactive"]


class NoDataSource(FixData):
    """The store was never activated; its hash may have been mistyped."""

    http_status = 404
    names_its_store = True

    def __init__(self, store_hash: str) -> None:
        try:
            read_store_hash(store_hash)
        except ValueError as problem:
            super().__init__(str(problem))
            return
        super().__init__(
            f"Store {store_hash} has no data source.",
            "Activate it first.",
            command_line_step=f"Activate it first: python -m include.data_sources activate {store_hash}",
        )


@dataclass(frozen=True)
class DataSource:
    """A row of crm.data_source; the columns' comments in sql/migrations say what each field means."""

    data_source_id: int
    store_hash: str
    store_name: str
    campaign_id: int | None
    biller_id: int | None
    send_initial_orders: bool
    send_rebill_orders: bool
    send_order_status_id: int
    auto_sync_minutes: int | None
    quick_sync_minutes: int | None
    custom_field_namespace: str
    custom_field_key: str
    custom_field_permission_set: str
    state: State
    created_at: datetime
    updated_at: datetime
    send_initial_orders_since: datetime | None
    send_rebill_orders_since: datetime | None
    order_lookup_delay_seconds: int
    paused_at: datetime | None
    paused_by: str | None
    tags: list[str]
    mirror_refunds: Literal["off", "record", "status"]
    mirror_refunds_since: datetime | None
    mirror_cancellations: bool
    mirror_cancellations_since: datetime | None
    checkout_url: str | None
    checkout_redirect: bool
    checkout_test_cookie: str | None
    changes_at_once: bool

    @property
    def is_paused(self) -> bool:
        """Whether nothing is scheduled for it: neither syncs nor the sending of orders."""
        return self.paused_at is not None

    @property
    def state_in_words(self) -> str:
        """As in "The data source is being deactivated."."""
        return {"active": "active", "draining": "being deactivated", "inactive": "deactivated"}[self.state]


class StoreName(NamedTuple):
    """What a data source is called."""

    data_source_id: int
    store_hash: str
    store_name: str


def get(crm: Connection, store_hash: str) -> DataSource | None:
    """The data source of a store, in whatever state; None if the store never had one."""
    row = fetch_one(crm, "data_sources/get", store_hash=store_hash)
    return _data_source(row) if row else None


def required(crm: Connection, store_hash: str) -> DataSource:
    """As `get`. Raises NoDataSource if the store never had one."""
    source = get(crm, store_hash)
    if source is None:
        raise NoDataSource(store_hash)
    return source


def list_all(crm: Connection, data_source_ids: list[int] | None = None) -> list[DataSource]:
    """Every data source, or every one of these, inactive ones too, by store hash."""
    rows = fetch_all(crm, "data_sources/list_all", data_source_ids=data_source_ids)
    return [_data_source(row) for row in rows]


def names(crm: Connection) -> list[StoreName]:
    """As `list_all`, with nothing but the names: thousands of them take few milliseconds."""
    return [StoreName(**row) for row in fetch_all(crm, "data_sources/names")]


def activate(crm: Connection, settings: dict[str, object]) -> DataSource | None:
    """Insert a data source, or restore a deactivated one; None if the store has an active one."""
    row = fetch_one(crm, "data_sources/activate", **settings)
    return _data_source(row) if row else None


def update(crm: Connection, settings: dict[str, object]) -> DataSource | None:
    """Replace the settings of an active data source; None if it is not active."""
    row = fetch_one(crm, "data_sources/update", **settings)
    return _data_source(row) if row else None


def drain(crm: Connection, store_hash: str) -> None:
    """active -> draining: no new scheduled runs; runs under way are allowed to finish."""
    execute(crm, "data_sources/drain", store_hash=store_hash)


def pause(crm: Connection, store_hash: str, person: str) -> None:
    """Pause an active data source; one that is paused already stays as it is."""
    execute(crm, "data_sources/pause", store_hash=store_hash, person=person)


def resume(crm: Connection, store_hash: str) -> None:
    """End a pause, if there is one."""
    execute(crm, "data_sources/resume", store_hash=store_hash)


def retire(crm: Connection, store_hash: str, dag_id: str) -> None:
    """draining -> inactive. A sync of that DAG that is still open becomes Failed.

    The caller has made sure that Airflow has no queued or running run of the DAG.
    """
    execute(crm, "data_sources/retire", store_hash=store_hash, dag_id=dag_id, sentence=STOPPED_FROM_OUTSIDE)


def late(crm: Connection, data_source_ids: list[int] | None = None) -> set[int]:
    """The data_source_ids of all data sources, or of some, that are late: see crm.late_data_source."""
    return {
        row["data_source_id"] for row in fetch_all(crm, "data_sources/late", data_source_ids=data_source_ids)
    }


def lock(crm: Connection, store_hash: str) -> DataSource | None:
    """As `get`, and locked: nobody else can change the data source until the end of the transaction."""
    row = fetch_one(crm, "data_sources/lock", store_hash=store_hash)
    return _data_source(row) if row else None


def unsettled_orders(crm: Connection, store_hash: str) -> int:
    """How many orders were sent to a store without a clear answer so far."""
    row = fetch_one(crm, "data_sources/unsettled_orders", store_hash=store_hash)
    return int(row["number"]) if row else 0


def earlier_orders(crm: Connection, data_source_id: int) -> int:
    """How many orders only a backfill sends: they were completed before their type was switched on."""
    row = fetch_one(crm, "data_sources/earlier_orders", data_source_id=data_source_id)
    return int(row["number"]) if row else 0


def waiting_orders(crm: Connection, data_source_id: int) -> tuple[int, datetime | None]:
    """How many paid orders wait in the ledger, and when the first of them was completed."""
    row = fetch_one(crm, "data_sources/waiting_orders", data_source_id=data_source_id)
    assert row is not None
    return int(row["number"]), row["since"]


def gateways(crm: Connection) -> dict[int, str]:
    """The name of every gateway, by billerId."""
    return {row["biller_id"]: row["name"] for row in fetch_all(crm, "data_sources/gateways")}


def _data_source(row: dict[str, Any]) -> DataSource:
    """Only the known columns: a migration may have added some while this process was running."""
    return DataSource(**{field.name: row[field.name] for field in fields(DataSource)})
