"""python -m include.monitoring status | test

What is wrong now and whether people were told; and a message to try the channel. Exit codes: see
include/command_line.py.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from include.command_line import add_verb, print_json, print_line, run
from include.connections import open_crm
from include.monitoring import alert_texts, steps
from include.monitoring.channel import CONNECTION_ID, send
from include.monitoring.digest import Message
from include.monitoring.problems import read_known, read_troubles
from include.monitoring.settings import read_settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _status(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        troubles = read_troubles(crm, read_settings().orders_after_minutes)
        known = {(each.data_source_id, each.kind): each for each in read_known(crm) if each.is_open}
    told = [known.get((each.data_source_id, each.kind)) for each in troubles]
    if options.json:
        print_json(
            [
                {
                    **asdict(trouble),
                    "sentence": alert_texts.sentence(trouble),
                    "link": alert_texts.page(steps.base_url(), trouble.store_hash, trouble.kind),
                    "told_at": before.alarmed_at if before else None,
                }
                for trouble, before in zip(troubles, told, strict=True)
            ]
        )
    elif not troubles:
        print_line("All is well with all active data sources.")
    else:
        table = Table("Store", "Since", "Told", "What, and what next", box=None)
        for trouble, before in zip(troubles, told, strict=True):
            heard = alert_texts.at(before.alarmed_at) if before and before.alarmed_at else "not yet"
            table.add_row(
                trouble.store_hash, alert_texts.at(trouble.since), heard, alert_texts.sentence(trouble)
            )
        Console().print(table, markup=False)


def _test(options: argparse.Namespace) -> None:
    body = "This is a test: alerts of the BigCommerce data sources arrive here."
    send(
        Message("BigCommerce: test of the alerts", f"{body}\n\n{alert_texts.page(steps.base_url())}", "info")
    )
    if options.json:
        print_json({"sent": True})
    else:
        print_line(f"The channel of the Airflow Connection {CONNECTION_ID} took the message. Is it there?")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.monitoring", description="Alerts of the BigCommerce data sources."
    )
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)
    add_verb(verbs, "status", _status, "What is wrong now, and when people were told.")
    add_verb(verbs, "test", _test, "Send a test message to the channel.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
