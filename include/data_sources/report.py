"""What the command line prints after a change: short lines for people, or JSON for programs."""

from __future__ import annotations

from dataclasses import asdict

from include.checkout.redirect_status import RedirectStatus
from include.command_line import print_json, print_line
from include.crm.data_sources import DataSource
from include.dag_ids import dag_id_of
from include.data_sources.overview_report import pause_of


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
        f"{data_source.store_name} ({data_source.store_hash}) is {pause_of(data_source)}. No sync is "
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


def _redirect_lines(redirect: RedirectStatus) -> list[str]:
    """Nothing about a redirect that was and is off."""
    return [] if redirect.state == "off" else [redirect.message]


def _print(data_source: DataSource, as_json: bool, *lines: str, **more: object) -> None:
    if as_json:
        print_json(asdict(data_source) | {"dag_id": dag_id_of(data_source.store_hash)} | more)
    for line in () if as_json else lines:
        print_line(line)
