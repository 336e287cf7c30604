"""What the command line prints: short lines for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from rich.console import Console
from rich.table import Table

from include.command_line import print_json, print_line
from include.crm.data_sources import DataSource
from include.data_sources.dag_registry import dag_id_of
from include.data_sources.settings import ORDER_STATUSES
from include.data_sources.status import Overview


def asking(base_url: str) -> None:
    """Before a store is asked whether it takes the access token."""
    print_line(f"Asking {base_url} …")


def activated(data_source: DataSource, *, as_json: bool) -> None:
    """After `activate`."""
    begins = (
        f"Its first sync begins by itself, then one every {data_source.auto_sync_minutes} minutes."
        if data_source.auto_sync_minutes
        else "Trigger that DAG to sync its products."
    )
    _say(
        data_source,
        as_json,
        f"{data_source.store_name} ({data_source.store_hash}) is active.",
        f"Its DAG is {dag_id_of(data_source.store_hash)}; Airflow shows it within seconds.",
        begins,
    )


def updated(data_source: DataSource, *, as_json: bool) -> None:
    """After `update`."""
    _say(data_source, as_json, f"{data_source.store_name} ({data_source.store_hash}) is updated.")


def deactivating(store_hash: str) -> None:
    """Before `deactivate`."""
    print_line(
        f"Deactivating {store_hash}: no new scheduled syncs; a sync under way comes to its end. Campaign, "
        "products, ids and settings stay; `activate` brings it back."
    )


def deactivated(data_source: DataSource, unsettled_orders: int, *, as_json: bool) -> None:
    """After `deactivate`."""
    if data_source.state == "inactive":
        said = (
            "is inactive. Its access token and base URL are forgotten; its DAG leaves Airflow's list within "
            "minutes."
        )
    else:
        said = (
            "is draining: a sync is still queued or running. It becomes inactive when that has ended; run "
            "`deactivate` once more then, or with --wait now, to forget its access token too."
        )
    lines = [f"{data_source.store_name} ({data_source.store_hash}) {said}"]
    if unsettled_orders:
        lines.append(
            f"Orders sent without a clear answer: {unsettled_orders:,}. Whether BigCommerce has them is "
            "looked up only when it is active again: "
            f"python -m include.data_sources activate {data_source.store_hash}"
        )
    _say(data_source, as_json, *lines, unsettled_orders=unsettled_orders)


def listing(overviews: Sequence[Overview], *, as_json: bool) -> None:
    """For `list`."""
    if as_json:
        print_json([overview.as_dict() for overview in overviews])
    elif not overviews:
        print_line("There is no data source yet: python -m include.data_sources activate STORE_HASH")
    else:
        table = Table("Store", "Name", "State", "autoSync", "Product sync", "", box=None)
        for overview in overviews:
            source = overview.data_source
            table.add_row(
                source.store_hash,
                source.store_name,
                source.state,
                _auto_sync(source),
                overview.status,
                _outcome(overview),
            )
        Console().print(table, markup=False)


def show(overview: Overview, *, as_json: bool) -> None:
    """For `show`."""
    if as_json:
        print_json(overview.as_dict())
        return
    source = overview.data_source
    biller = f"{source.biller_id} ({overview.biller_name})" if source.biller_id else "none"
    rows = {
        "store": f"{source.store_name} ({source.store_hash})",
        "state": source.state,
        "campaignId": source.campaign_id or "none yet: the first sync creates it",
        "billerId": biller,
        "sendInitialOrders": _since(source.send_initial_orders_since),
        "sendRebillOrders": _since(source.send_rebill_orders_since),
        "sendOrderStatus": f"{ORDER_STATUSES[source.send_order_status_id]} ({source.send_order_status_id})",
        "order lookup delay": f"{source.order_lookup_delay_seconds} s",
        "autoSync": _auto_sync(source),
        "custom field": f"{source.custom_field_namespace}.{source.custom_field_key}, "
        f"{source.custom_field_permission_set}",
        "DAG": dag_id_of(source.store_hash),
        "product sync": overview.status or "none yet",
        "": _outcome(overview),
    }
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(name, str(value))
    Console().print(table, markup=False)


def _since(switched_on: datetime | None) -> str:
    return f"yes, orders completed since {switched_on:%Y-%m-%d %H:%M} UTC" if switched_on else "no"


def _auto_sync(source: DataSource) -> str:
    return f"every {source.auto_sync_minutes} min" if source.auto_sync_minutes else "by hand"


def _outcome(overview: Overview) -> str:
    sync = overview.sync
    if sync is None:
        return ""
    if sync.status == "In Progress":
        progress = f"{sync.products_pulled:,} of {sync.products_total:,} products pulled"
        return "; ".join(filter(None, [sync.step, progress, sync.error]))
    ended = f"{sync.finished_at:%Y-%m-%d %H:%M} UTC" if sync.finished_at else ""
    return "; ".join(filter(None, [sync.error or sync.summary, ended]))


def _say(data_source: DataSource, as_json: bool, *lines: str, **more: object) -> None:
    if as_json:
        print_json(asdict(data_source) | {"dag_id": dag_id_of(data_source.store_hash)} | more)
    for line in () if as_json else lines:
        print_line(line)
