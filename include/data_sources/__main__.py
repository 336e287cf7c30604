"""python -m include.data_sources activate | list | show | update | deactivate

For people who automate, and for those who prefer a terminal. Exit codes: see include/command_line.py.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from include.command_line import add_verb, run
from include.data_sources import lifecycle, report
from include.data_sources.settings import (
    DEFAULT_BASE_URL,
    ORDER_STATUSES,
    PERMISSION_SETS,
)
from include.data_sources.status import overviews

# Names of the options below that are fields of Entered.
SETTINGS = (
    "biller_id",
    "send_initial_orders",
    "send_rebill_orders",
    "send_order_status",
    "order_lookup_delay",
    "auto_sync",
    "base_url",
    "custom_field_namespace",
    "custom_field_key",
    "custom_field_permission_set",
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _activate(options: argparse.Namespace) -> None:
    changes = {"access_token": _read_token(), **_given(options)}
    data_source = lifecycle.activate(options.store_hash, changes, **_asking(options))
    report.activated(data_source, as_json=options.json)


def _update(options: argparse.Namespace) -> None:
    changes = _given(options)
    if options.new_token:
        changes["access_token"] = _read_token()
    data_source = lifecycle.update(options.store_hash, changes, **_asking(options))
    report.updated(data_source, as_json=options.json)


def _deactivate(options: argparse.Namespace) -> None:
    if not options.json:
        report.deactivating(options.store_hash)
    data_source = lifecycle.deactivate(options.store_hash, wait=options.wait)
    unsettled_orders = lifecycle.unsettled_orders(data_source.store_hash)
    report.deactivated(data_source, unsettled_orders, as_json=options.json)


def _show(options: argparse.Namespace) -> None:
    held = lifecycle.find(options.store_hash)
    report.show(overviews(held.store_hash)[0], as_json=options.json)


def _list(options: argparse.Namespace) -> None:
    report.listing(overviews(), as_json=options.json)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    return {name: value for name in SETTINGS if (value := getattr(options, name)) is not None}


def _asking(options: argparse.Namespace) -> dict[str, Any]:
    return {} if options.json else {"asking": report.asking}


def _read_token() -> str:
    """From a pipe, or typed unseen; never from an argument, which other users of the machine could read."""
    if sys.stdin.isatty():
        return getpass.getpass("Access token (not shown): ")
    return sys.stdin.readline()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.data_sources", description="BigCommerce data sources."
    )
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)

    def verb(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        command = add_verb(verbs, name, run, help)
        command.add_argument("store_hash", metavar="STORE_HASH", help="e.g. 7f5kjtkp2")
        return command

    unseen = "The access token is read from standard input or a hidden prompt."
    _add_settings(
        verb(
            "activate",
            _activate,
            f"Connect a store, or bring a deactivated one back with its settings. {unseen}",
        )
    )
    add_verb(verbs, "list", _list, "All data sources and how their syncs stand.")
    verb("show", _show, "One data source in full.")
    update = verb("update", _update, "Change settings; those not given stay.")
    update.add_argument("--new-token", action="store_true", help=f"replace the access token. {unseen}")
    _add_settings(update)
    deactivate = verb("deactivate", _deactivate, "Stop syncing a store; nothing is deleted.")
    deactivate.add_argument("--wait", action="store_true", help="until the runs under way have ended")
    return parser


def _add_settings(command: argparse.ArgumentParser) -> None:
    statuses = ", ".join(f"{name} ({status_id})" for status_id, name in ORDER_STATUSES.items())
    yes_or_no = argparse.BooleanOptionalAction
    command.add_argument("--biller-id", help="gateway of the products it creates; '' for none")
    command.add_argument("--send-initial-orders", action=yes_or_no, help="send new orders to BigCommerce")
    command.add_argument("--send-rebill-orders", action=yes_or_no, help="send rebills to BigCommerce")
    command.add_argument("--send-order-status", help=f"status of orders sent: {statuses}")
    command.add_argument(
        "--order-lookup-delay",
        metavar="SECONDS",
        help="wait before asking whether an order of unclear outcome is in BigCommerce; default 120",
    )
    command.add_argument("--auto-sync", metavar="MINUTES", help="at least 60; '' to sync by hand only")
    command.add_argument("--base-url", help=f"for a sandbox store; default {DEFAULT_BASE_URL}")
    command.add_argument("--custom-field-namespace", help="default crm")
    command.add_argument("--custom-field-key", help="default campaign_product")
    command.add_argument("--custom-field-permission-set", help=", ".join(PERMISSION_SETS))


if __name__ == "__main__":
    sys.exit(main())
