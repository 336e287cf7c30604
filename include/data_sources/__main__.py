"""python -m include.data_sources activate | list | show | update | pause | resume | deactivate

The page Data Sources for scripts and for people who prefer a terminal. Exit codes: see
include/command_line.py.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from include.checkout.redirect_status import redirect_status
from include.command_line import add_store, add_verb, person, run
from include.connections.crm import open_crm
from include.crm import data_sources
from include.data_sources import audit, lifecycle, overview_report, pausing, report
from include.data_sources.orders_on_activation import orders_on_activation
from include.data_sources.setting import Setting
from include.data_sources.settings import SETTINGS
from include.data_sources.status import overview_of, overviews

# The store hash names the data source, and a token on the command line would be readable by other users.
OPTIONS = tuple(setting for setting in SETTINGS if setting.name not in ("store_hash", "access_token"))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _activate(options: argparse.Namespace) -> None:
    changes = {"access_token": _read_token(), **_given(options)}
    with open_crm() as crm:
        data_source = lifecycle.activate(crm, options.store_hash, changes, **_on_contact(options))
        redirect = redirect_status(crm, data_source)
        orders = orders_on_activation(crm, data_source)
    audit.record("activate", person(), data_source, changes)
    report.activated(data_source, redirect, orders, as_json=options.json)


def _update(options: argparse.Namespace) -> None:
    changes = _given(options)
    if options.new_token:
        changes["access_token"] = _read_token()
    with open_crm() as crm:
        held = lifecycle.find(crm, options.store_hash)
        data_source = lifecycle.update(crm, held, changes, **_on_contact(options))
        redirect = redirect_status(crm, data_source)
    audit.record("update", person(), data_source, changes, before=held)
    report.updated(data_source, redirect, as_json=options.json)


def _pause(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        data_source = pausing.pause(crm, lifecycle.find(crm, options.store_hash), person())
    report.paused(data_source, as_json=options.json)


def _resume(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        data_source = pausing.resume(crm, lifecycle.find(crm, options.store_hash), person())
    report.resumed(data_source, as_json=options.json)


def _deactivate(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        held = lifecycle.find(crm, options.store_hash)
        if not options.json:
            report.deactivating(held.store_hash)
        data_source = lifecycle.deactivate(crm, held, wait=options.wait)
        audit.record("deactivate", person(), data_source)
        unsettled_orders = data_sources.unsettled_orders(crm, held.store_hash)
        redirect = redirect_status(crm, data_source)
    report.deactivated(data_source, unsettled_orders, redirect, as_json=options.json)


def _show(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        overview = overview_of(crm, lifecycle.find(crm, options.store_hash).store_hash)
        redirect = redirect_status(crm, overview.data_source)
    overview_report.show(overview, redirect, as_json=options.json)


def _list(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        found = overviews(crm)
    overview_report.listing(found, as_json=options.json)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    given = {setting.name: getattr(options, setting.name) for setting in OPTIONS}
    return {name: value for name, value in given.items() if value is not None}


def _on_contact(options: argparse.Namespace) -> dict[str, Any]:
    return {} if options.json else {"on_contact": report.contacting}


def _read_token() -> str:
    """From a pipe or a hidden prompt; never from an argument, which other users of the machine could read."""
    if sys.stdin.isatty():
        return getpass.getpass("Access token (not shown): ")
    return sys.stdin.readline()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.data_sources", description="BigCommerce data sources."
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)

    def verb(name: str, run: Any, help: str) -> argparse.ArgumentParser:
        command = add_verb(verbs, name, run, help)
        add_store(command)
        return command

    note = "The access token is read from standard input or a hidden prompt."
    _add_settings(
        verb(
            "activate",
            _activate,
            f"Activate a store, or activate a deactivated one again with its settings. {note}",
        )
    )
    add_verb(verbs, "list", _list, "List all data sources with their sync status.")
    verb("show", _show, "Show one data source with all its settings.")
    update = verb("update", _update, "Change settings; settings that are not given keep their values.")
    update.add_argument("--new-token", action="store_true", help=f"replace the access token. {note}")
    _add_settings(update)
    verb("pause", _pause, "Stop scheduled syncs and the sending of orders until `resume`; the token is kept.")
    verb("resume", _resume, "End a pause.")
    deactivate = verb("deactivate", _deactivate, "Stop syncing a store; no data is deleted.")
    deactivate.add_argument("--wait", action="store_true", help="wait until running syncs have finished")
    return parser


def _add_settings(command: argparse.ArgumentParser) -> None:
    for setting in OPTIONS:
        if setting.kind == "switch":
            command.add_argument(setting.option, action=argparse.BooleanOptionalAction, help=_help(setting))
        else:
            command.add_argument(setting.option, metavar=setting.unit.upper() or None, help=_help(setting))


def _help(setting: Setting) -> str:
    choices = ", ".join(label if value == label else f"{label} ({value})" for value, label in setting.choices)
    sentences = [setting.help, f"One of: {choices}." if choices else ""]
    if setting.default and setting.kind != "switch":
        sentences.append(f"Default: {setting.default}.")
    return " ".join(filter(None, sentences)).replace("%", "%%")


if __name__ == "__main__":
    sys.exit(main())
