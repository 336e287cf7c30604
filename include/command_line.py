"""What the command lines of this project have in common: how they run, end and print.

Exit code 0: done; 1: refused, by our rules or by the store, and the standard error says why in plain
sentences; 2: the command was not understood.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
from collections.abc import Callable
from typing import Any

from airflow.utils.cli import suppress_logs_and_warning
from rich.console import Console

from include.airflow_metadata.session import explained_metadata_errors
from include.connections.lookup import read_connections_as_server
from include.crm.data_sources import NoDataSource
from include.crm.store_hashes import is_store_hash
from include.errors import ActionableError

Verbs = Any  # what add_subparsers gives is private to argparse


def add_verb(
    verbs: Verbs, name: str, run: Callable[[argparse.Namespace], None], help: str
) -> argparse.ArgumentParser:
    """Add the parser of a verb, with the options that all verbs share."""
    command: argparse.ArgumentParser = verbs.add_parser(name, help=help, description=help)
    add_common(command, run)
    return command


def add_common(command: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None]) -> None:
    """Add the options that all commands and verbs share."""
    command.set_defaults(run=run)
    command.add_argument("--json", action="store_true", help="print JSON for programs")
    command.add_argument("--verbose", action="store_true", help="show Airflow's log as well")


def add_store(command: argparse.ArgumentParser) -> None:
    """Add the argument `store_hash` to a verb."""
    command.add_argument("store_hash", metavar="STORE_HASH", help="e.g. 7f5kjtkp2")


def add_store_filter(command: argparse.ArgumentParser) -> None:
    """Add an option that limits a verb to one store: `store`."""
    command.add_argument("--store", metavar="STORE_HASH", help="only this store")


def add_period(command: argparse.ArgumentParser, since: str, before: str, *, required: bool) -> None:
    """Add the options of a period, `from_time` and `to_time`; `since` and `before` are their help."""
    example = "e.g. 2026-11-01 or 2026-11-01T08:00:00Z"
    for flag, name, help in (("--from", "from_time", f"{since}, {example}"), ("--to", "to_time", before)):
        command.add_argument(flag, dest=name, metavar="TIME", required=required, help=help)


def run(options: argparse.Namespace) -> int:
    """Run the verb and return its exit code: 1, after a sentence that says why, for an ActionableError."""
    read_connections_as_server()
    try:
        with explained_metadata_errors():
            _check_store_filter(options)
            _run_quietly(options)
    except ActionableError as error:
        if options.json and error.problems_by_field:
            print_json({"problems": error.problems_by_field})
        return refuse(error.for_terminal)
    return 0


def _check_store_filter(options: argparse.Namespace) -> None:
    """Raises NoDataSource for what cannot be a store hash, which would just find nothing."""
    store_hash = getattr(options, "store", None)
    if store_hash is not None and not is_store_hash(store_hash):
        raise NoDataSource(store_hash)


@suppress_logs_and_warning
def _run_quietly(options: argparse.Namespace) -> None:
    """Run the verb without Airflow's own log, which goes to the standard output."""
    options.run(options)


def refuse(*sentences: str) -> int:
    """Say on the standard error why something was not done; returns the exit code."""
    for sentence in sentences:
        Console(stderr=True, highlight=False).print(sentence, markup=False, soft_wrap=True)
    return 1


def person() -> str:
    """Who runs the command, e.g. "ann at a terminal"; some containers have no name for their user."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"user {os.getuid()}"
    return f"{name} at a terminal"


def print_line(line: str) -> None:
    """Print a line for people."""
    Console(highlight=False).print(line, markup=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print the whole answer for programs."""
    print(json.dumps(value, default=str, ensure_ascii=False, indent=2))
