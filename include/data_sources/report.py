"""What the command line prints: short lines for people, or JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
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


def contacting(base_url: str) -> None:
    """Before the access token is checked with the store."""
    print_line(f"Connecting to {base_url} …")


def activated(data_source: DataSource, redirect: RedirectStatus, orders: str, *, as_json: bool) -> None:
    """After `activate`."""
    first_sync = (
        f"Its first sync starts automatically, and then one every {data_source.auto_sync_minutes} minutes."
        if data_source.auto_sync_minutes
        else "Trigger that DAG to sync its products."
    )
    _print(
        data_source,
        as_json,
        f"{data_source.store_name} ({data_source.store_hash}) is active.",
        f"Its DAG is {dag_id_of(data_source.store_hash)}; Airflow shows it within seconds.",
        first_sync,
        *([orders] if orders else []),
        *_redirect_lines(redirect),
        redirect=redirect.as_dict(),
    )


def updated(data_source: DataSource, redirect: RedirectStatus, *, as_json: bool) -> None:
    """After `update`."""
    _print(
        data_source,
        as_json,
        f"{data_source.store_name} ({data_source.store_hash}) is updated.",
        *_redirect_lines(redirect),
        redirect=redirect.as_dict(),
    )


def paused(data_source: DataSource, *, as_json: bool) -> None:
    """After `pause`."""
    _print(
        data_source,
        as_json,
        f"{data_source.store_name} ({data_source.store_hash}) is {_pause(data_source)}. No sync is "
        "scheduled, and its orders wait.",
        f"To go on: python -m include.data_sources resume {data_source.store_hash}",
    )


def resumed(data_source: DataSource, *, as_json: bool) -> None:
    """After `resume`."""
    _print(
        data_source,
        as_json,
        f"{data_source.store_name} ({data_source.store_hash}) is active. The next order push sends the "
        "orders that waited.",
    )


def deactivating(store_hash: str) -> None:
    """Before `deactivate`."""
    print_line(
        f"Deactivating {store_hash}: no new syncs are scheduled, and a running sync may finish. The "
        "campaign, products, ids and settings are kept; `activate` restores the data source."
    )


def deactivated(
    data_source: DataSource, unsettled_orders: int, redirect: RedirectStatus, *, as_json: bool
) -> None:
    """After `deactivate`."""
    if data_source.state == "inactive":
        outcome = (
            "is inactive. Its access token and base URL are deleted; its DAG disappears from Airflow within "
            "minutes."
        )
    else:
        outcome = (
            "is draining: a sync is still queued or running. When that has finished, the store becomes "
            "inactive and its access token is deleted. `deactivate --wait` waits for it."
        )
    lines = [f"{data_source.store_name} ({data_source.store_hash}) {outcome}"]
    if unsettled_orders:
        lines.append(
            f"Orders without a clear answer from BigCommerce: {unsettled_orders:,}. They are checked only "
            "while the data source is active: "
            f"python -m include.data_sources activate {data_source.store_hash}"
        )
    lines += _redirect_lines(redirect)
    _print(data_source, as_json, *lines, unsettled_orders=unsettled_orders, redirect=redirect.as_dict())


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
    return _pause(source) if source.state == "active" and source.is_paused else source.state


def _pause(source: DataSource) -> str:
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


def _redirect_lines(redirect: RedirectStatus) -> list[str]:
    """Nothing about a redirect that was and is off."""
    return [] if redirect.state == "off" else [redirect.message]


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


def _print(data_source: DataSource, as_json: bool, *lines: str, **more: object) -> None:
    if as_json:
        print_json(asdict(data_source) | {"dag_id": dag_id_of(data_source.store_hash)} | more)
    for line in () if as_json else lines:
        print_line(line)
