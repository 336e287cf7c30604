"""Lists who did what with a store: syncs from the CRM, everything else from Airflow's audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from include import airflow_metadata
from include.airflow_metadata import DAG_PATCHED, OUR_EVENTS, AuditEntry
from include.crm import sync_history
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.sync_run_rows import SyncRun
from include.dag_ids import ORDER_PUSH, dag_id_of
from include.data_sources.settings import BY_NAME
from include.data_sources.status import with_outcome
from include.plurals import count_of
from include.product_sync.summary import started_by, value_text
from plugins.data_sources_page.paging import Page, page_of

# In the log, too, but known in full from crm.sync_run.
SYNC_STARTED = f"{OUR_EVENTS}sync"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc)
LONGEST = 200


@dataclass(frozen=True)
class Activity:
    """One thing that was done: by whom, what, and the values that changed, as (name, before, after)."""

    at: datetime
    who: str
    what: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    sync: SyncRun | None = None


def list_activity(
    crm: Connection, source: DataSource, *, before: int | None, limit: int
) -> Page[Activity, int]:
    """Activities before a time (microseconds since 1970), newest first."""
    earlier = LATEST if before is None else EPOCH + timedelta(microseconds=before)
    dag_id = dag_id_of(source.store_hash)
    active = airflow_metadata.active_runs(dag_id).get(dag_id, [])
    logged = airflow_metadata.audit_entries(
        dag_id, ORDER_PUSH, source.store_hash, before=earlier, limit=limit + 1, without=SYNC_STARTED
    )
    syncs = sync_history.page_by_time(crm, source.data_source_id, before=earlier, limit=limit + 1)
    done = [*map(_logged, logged), *(_synced(with_outcome(sync, active)) for sync in syncs)]
    newest = sorted(done, key=lambda each: each.at, reverse=True)
    return page_of(newest, limit, lambda each: (each.at - EPOCH) // timedelta(microseconds=1))


def _synced(sync: SyncRun) -> Activity:
    what = "Dry run" if sync.dry_run else "Sync"
    return Activity(sync.submitted_at, started_by(sync), what, sync=sync)


def _logged(entry: AuditEntry) -> Activity:
    words = _WORDS.get(entry.event, _unknown)
    what, changes = words(entry)
    return Activity(entry.at, entry.user_name, what[:LONGEST], changes)


Words = tuple[str, list[tuple[str, str, str]]]


def _settings(entry: AuditEntry) -> Words:
    changes = entry.extra.get("changes")
    shown = [
        (BY_NAME[name].label, _setting(name, values.get("before")), _setting(name, values.get("after")))
        for name, values in (changes.items() if isinstance(changes, dict) else ())
        if name in BY_NAME and isinstance(values, dict)
    ]
    if entry.extra.get("access_token"):
        return (
            "Changed settings and entered a new access token" if shown else "Entered a new access token"
        ), shown
    return "Changed settings" if shown else "Saved the settings", shown


def _setting(name: str, value: object) -> str:
    """As the form has it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    chosen = dict(BY_NAME[name].choices).get(str(value))
    return chosen or ("none" if value == "" else value_text(value)[:LONGEST])


def _price(entry: AuditEntry) -> Words:
    extra = entry.extra
    variant = extra.get("sku") or extra.get("name") or f"variant {extra.get('variant_detail_id')}"
    if extra.get("price") is None:
        what = f"Reset the price of {variant} to the synced price"
    else:
        what = f"Overrode the price of {variant}"
    if "price_before" not in extra:
        return what, []
    before, after = (
        "synced price" if price is None else str(price)
        for price in (extra["price_before"], extra.get("price"))
    )
    return what, [("Override price", before, after)]


def _prices(entry: AuditEntry) -> Words:
    number, title = entry.extra.get("changes"), entry.extra.get("title")
    what = f"Changed {count_of(number, 'price')}" if isinstance(number, int) else "Changed prices"
    return f"{what}: {title}" if title else what, []


def _retry(entry: AuditEntry) -> Words:
    number = entry.extra.get("number")
    return f"Retried {count_of(number, 'order')}" if isinstance(number, int) else "Retried orders", []


def _push(entry: AuditEntry) -> Words:
    extra = entry.extra
    what = "a backfill" if extra.get("from") else "an order push"
    return f"Started {'a dry run of ' if extra.get('dry_run') else ''}{what}", []


def _paused(entry: AuditEntry) -> Words:
    paused = entry.extra.get("is_paused")
    if not isinstance(paused, bool):
        return "Changed the DAG in Airflow", []
    return f"{'Paused' if paused else 'Unpaused'} the DAG in Airflow", []


def _unknown(entry: AuditEntry) -> Words:
    return entry.event.removeprefix(OUR_EVENTS).replace("_", " ").capitalize(), []


_WORDS: dict[str, Callable[[AuditEntry], Words]] = {
    f"{OUR_EVENTS}activate": lambda _: ("Activated the store", []),
    f"{OUR_EVENTS}repair_redirect": lambda _: ("Repaired the checkout redirect", []),
    f"{OUR_EVENTS}deactivate": lambda _: ("Deactivated the store", []),
    f"{OUR_EVENTS}pause": lambda _: ("Paused the store", []),
    f"{OUR_EVENTS}resume": lambda _: ("Resumed the store", []),
    f"{OUR_EVENTS}retry_changes": lambda _: ("Retried the changes in the store", []),
    f"{OUR_EVENTS}cancel_sync": lambda _: ("Cancelled a sync", []),
    f"{OUR_EVENTS}update": _settings,
    f"{OUR_EVENTS}override_price": _price,
    f"{OUR_EVENTS}change_prices": _prices,
    f"{OUR_EVENTS}retry_orders": _retry,
    f"{OUR_EVENTS}push_orders": _push,
    f"{OUR_EVENTS}mark_refunded": lambda entry: (
        f"Set order {entry.extra.get('order_id')} to Refunded in BigCommerce",
        [],
    ),
    DAG_PATCHED: _paused,
}
