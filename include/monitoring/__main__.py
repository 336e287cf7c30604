"""python -m include.monitoring status | test

Lists the current problems and when each was reported, or sends a test message. Exit codes: see
include/command_line.py.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from include.command_line import add_verb, print_json, print_line, run
from include.connections.crm import open_crm
from include.crm.alerts import last_reports
from include.crm.problems import find_problems
from include.monitoring import alert_links, alert_texts
from include.monitoring.channel import CONNECTION_ID, saved_extra, send
from include.monitoring.digest import message_for_test
from include.monitoring.settings import read_settings
from include.tasks.airflow_urls import airflow_url


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _status(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        settings = read_settings(saved_extra())
        problems = find_problems(crm, settings.orders_after_minutes)
        reported = {(each.data_source_id, each.kind): each for each in last_reports(crm) if each.is_open}
    reported_at = []
    for problem in problems:
        last = reported.get((problem.data_source_id, problem.kind))
        reported_at.append(last.alarmed_at if last else None)
    if options.json:
        print_json(
            [
                {
                    **asdict(problem),
                    "sentence": alert_texts.sentence(problem),
                    "link": alert_links.page(airflow_url(), problem.store_hash, problem.kind),
                    "told_at": moment,
                }
                for problem, moment in zip(problems, reported_at, strict=True)
            ]
        )
    elif not problems:
        print_line("No problems with any active data source.")
    else:
        table = Table("Store", "Since", "Reported", "Problem and next step", box=None)
        for problem, moment in zip(problems, reported_at, strict=True):
            table.add_row(
                problem.store_hash,
                alert_texts.at(problem.since),
                alert_texts.at(moment) if moment else "not yet",
                alert_texts.sentence(problem),
            )
        Console().print(table, markup=False)


def _test(options: argparse.Namespace) -> None:
    send(message_for_test(airflow_url()))
    if options.json:
        print_json({"sent": True})
    else:
        print_line(
            f"The channel in the Airflow Connection {CONNECTION_ID} accepted the message. "
            "Check that it arrived."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.monitoring", description="Alerts about the BigCommerce data sources."
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)
    add_verb(verbs, "status", _status, "List the current problems, and when each was reported.")
    add_verb(verbs, "test", _test, "Send a test message to the channel.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
