"""Command-line options that orders and refunds share."""

from __future__ import annotations

import argparse
from typing import get_args

from include.argument_types import positive
from include.crm.order_ledger_rows import State
from include.ledger.state_words import in_words, state_of

LISTED = 100
Options = argparse._ActionsContainer  # a command, or a group of options that exclude each other


def add_state(options: Options) -> None:
    """Add an option to `list` that limits it to a state: `state`, as the ledger names it."""
    options.add_argument(
        "--state",
        type=state_of,
        choices=get_args(State),
        metavar="STATE",
        help=", ".join(map(in_words, get_args(State))),
    )


def add_limit(options: Options) -> None:
    """Add an option to `list` for the number of rows: `limit`."""
    options.add_argument("--limit", type=positive, default=LISTED, help=f"default {LISTED}")


def add_because(options: Options) -> None:
    """Add the reason to `dismiss`: `because`."""
    options.add_argument("--because", required=True, metavar="TEXT", help="why; kept with your name")


def add_finding(command: argparse.ArgumentParser, what: str) -> None:
    """Add to `resolve` what a person found in BigCommerce about an order or a refund (`what`)."""
    finding = command.add_mutually_exclusive_group(required=True)
    finding.add_argument(
        f"--bigcommerce-{what}", type=positive, metavar="NUMBER", help="BigCommerce has it, under this number"
    )
    finding.add_argument(
        "--not-in-bigcommerce", action="store_true", help="BigCommerce does not have it: send it again"
    )
