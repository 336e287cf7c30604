"""What `list` and `show` print of data sources: tables for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from include.checkout.redirect_status import RedirectStatus
from include.command_line import print_json, print_line
from include.crm.data_sources import DataSource
from include.dag_ids import dag_id_of
from include.data_sources.setting_readers import ORDER_STATUSES, REFUND_MIRRORS
from include.data_sources.settings import BY_NAME
from include.data_sources.status import Overview
from include.plurals import count_of


def listing(overviews: Sequence[Overview], *, as_json: bool) -> None:
    """For `list`."""
    if as_json:
        print_json([overview.as_dict() for overview in overviews])
    elif not overviews:
        print_line(
            "There are no data sources yet. Activate one: python -m include.data_sources activate STORE_HASH"
        )
    else:
        table = Table("Store", "Name", "State", "Automatic sync", "Product sync", "", box=None)
        for overview in overviews:
            source = overview.data_source
            table.add_row(
                source.store_hash,
                source.store_name,
                _state(source),
                _auto_sync(source),
                overview.status,
                _outcome(overview),
            )
        Console().print(table, markup=False)


def show(overview: Overview, redirect: RedirectStatus, *, as_json: bool) -> None:
    """For `show`."""
    if as_json:
        print_json(overview.as_dict() | {"redirect": redirect.as_dict()})
        return
    source = overview.data_source
    biller = f"{source.biller_id} ({overview.biller_name})" if source.biller_id else "none"
    rows = {
        "Store": f"{source.store_name} ({source.store_hash})",
        "State": _state(source),
        "Campaign": source.campaign_id or "created by the first sync",
        BY_NAME["biller_id"].label: biller,
        BY_NAME["send_initial_orders"].label: _since(source.send_initial_orders_since),
        BY_NAME["send_rebill_orders"].label: _since(source.send_rebill_orders_since),
        BY_NAME["send_order_status"].label: f"{ORDER_STATUSES[source.send_order_status_id]} "
        f"({source.send_order_status_id})",
        BY_NAME["mirror_refunds"].label: _refunds(source),
        BY_NAME["mirror_cancellations"].label: _mirrored(source.mirror_cancellations_since),
        BY_NAME["order_lookup_delay"].label: f"{source.order_lookup_delay_seconds} s",
        BY_NAME["auto_sync"].label: _auto_sync(source),
        BY_NAME["changes_at_once"].label: "on" if source.changes_at_once else "off",
        BY_NAME["tags"].label: ", ".join(source.tags) or "none",
        BY_NAME["checkout_url"].label: source.checkout_url or "none",
        BY_NAME["checkout_redirect"].label: _redirect(source),
        "Redirect script": f"{redirect.label}. {redirect.message}",
        "Custom field": f"{source.custom_field_namespace}.{source.custom_field_key}, "
        f"{source.custom_field_permission_set}",
        "DAG": dag_id_of(source.store_hash),
        "Product sync": overview.status or "none yet",
        "": _outcome(overview),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(name, str(value))
    Console().print(table, markup=False)


def _state(source: DataSource) -> str:
    return pause_of(source) if source.state == "active" and source.is_paused else source.state


def pause_of(source: DataSource) -> str:
    """E.g. "paused by Jane since 2026-11-24 10:05 UTC"."""
    return f"paused by {source.paused_by} since {source.paused_at:%Y-%m-%d %H:%M} UTC"


def _since(switched_on: datetime | None) -> str:
    return f"on, for orders completed since {switched_on:%Y-%m-%d %H:%M} UTC" if switched_on else "off"


def _mirrored(switched_on: datetime | None) -> str:
    return f"on, since {switched_on:%Y-%m-%d %H:%M} UTC" if switched_on else "off"


def _refunds(source: DataSource) -> str:
    label = REFUND_MIRRORS[source.mirror_refunds].lower()
    since = source.mirror_refunds_since
    return f"{label}, since {since:%Y-%m-%d %H:%M} UTC" if since else label


def _redirect(source: DataSource) -> str:
    if not source.checkout_redirect:
        return "off"
    cookie = source.checkout_test_cookie
    return f"on, for shoppers with the cookie {cookie}" if cookie else "on"


def _auto_sync(source: DataSource) -> str:
    return f"every {source.auto_sync_minutes} min" if source.auto_sync_minutes else "manual only"


def _outcome(overview: Overview) -> str:
    sync = overview.sync
    if sync is None:
        return ""
    if sync.status == "In Progress":
        progress = f"{sync.products_pulled:,} of {count_of(sync.products_total, 'product')} pulled"
        return "; ".join(filter(None, [sync.step, progress, sync.error]))
    finished = f"{sync.finished_at:%Y-%m-%d %H:%M} UTC" if sync.finished_at else ""
    return "; ".join(filter(None, [sync.error or sync.summary, finished]))
