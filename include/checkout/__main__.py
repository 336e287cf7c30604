"""python -m include.checkout status | check | repair | script

The script of the checkout redirect in a store. Exit codes: see include/command_line.py.
"""

from __future__ import annotations

import argparse
import sys

import psycopg

from include.checkout import steps
from include.checkout.errors import RedirectOff
from include.checkout.redirect_status import redirect_status
from include.command_line import add_store, add_verb, print_json, print_line, run
from include.connections.crm import open_crm
from include.crm import data_sources


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _status(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        _print(crm, options)


def _check(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        steps.check(crm, data_sources.required(crm, options.store_hash))
        _print(crm, options)


def _repair(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        steps.repair(crm, data_sources.required(crm, options.store_hash))
        _print(crm, options)


def _script(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        source = data_sources.required(crm, options.store_hash)
        text = steps.text_for(crm, source)
    if not text:
        raise RedirectOff(source.store_name)
    if options.json:
        print_json({"script": text})
    else:
        print(text, end="")


def _print(crm: psycopg.Connection, options: argparse.Namespace) -> None:
    redirect = redirect_status(crm, data_sources.required(crm, options.store_hash))
    if options.json:
        print_json(redirect.as_dict())
    else:
        print_line(f"{redirect.label}. {redirect.message}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.checkout", description="The script of the checkout redirect in a store."
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)
    for name, command, help in (
        ("status", _status, "Show its state as of the last check."),
        ("check", _check, "Ask the store now; install a missing script, and update an outdated one."),
        ("repair", _repair, "Install, update or remove the script, whatever was done to it in BigCommerce."),
        ("script", _script, "Print the script, to copy it into Storefront > Script Manager manually."),
    ):
        add_store(add_verb(verbs, name, command, help))
    return parser


if __name__ == "__main__":
    sys.exit(main())
