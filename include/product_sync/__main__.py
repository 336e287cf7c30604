"""Sync one store here and now, without Airflow's scheduler: `python -m include.product_sync STORE_HASH`.

For debugging and measuring. It needs the same Connections as the DAG (`crm_db` and
`bigcommerce_<store hash>`), prints the same summary, and exits with 1 if the sync failed.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress

import psycopg
from rich.console import Console

from include.argument_types import positive
from include.command_line import add_store, person
from include.connections.crm import open_crm
from include.connections.lookup import read_connections_as_server
from include.crm import sync_runs
from include.crm.sync_options import SYNC_OPTIONS, SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.errors import ActionableError, actionable
from include.product_sync import metrics, steps, summary

STOPPED = "The sync was stopped at the keyboard. Nothing is half-published; start it again."
STILL_OPEN = "The CRM database does not answer, so the sync still shows In Progress; the next sync fixes it."


def main() -> int:
    """Run the three steps one after the other; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.product_sync", description=__doc__)
    add_store(parser)
    for option in SYNC_OPTIONS:
        if option.is_switch:
            parser.add_argument(option.flag, action="store_true", default=option.default, help=option.help)
        else:
            parser.add_argument(option.flag, metavar="NUMBER", type=positive, help=option.help)
    arguments = vars(parser.parse_args())
    store_hash: str = arguments.pop("store_hash")
    read_connections_as_server()
    console = Console(highlight=False)
    sync_run_id = None
    try:
        with steps.exclusive(store_hash):
            sync_run_id = steps.begin(
                store_hash, SyncOptions(**arguments), DagRunReference(started_by=person())
            )
            for step in (steps.extract, steps.load, steps.write_back):
                console.print(step(sync_run_id)["summary"], markup=False)
        with open_crm() as crm:
            for label, text in summary.lines(sync_runs.get(crm, sync_run_id)):
                console.print(f"{label:14} {text}", markup=False)
    except BaseException as error:  # noqa: BLE001 - whatever it was, the sync must not stay open
        sentences = [_sentence(error)]
        metrics.failed(store_hash)
        if sync_run_id is not None and not _failed(sync_run_id, sentences[0]):
            sentences.append(STILL_OPEN)
        # nobody may read the output any more
        with suppress(OSError):
            console.print(*sentences, markup=False)
        return 1
    return 0


def _sentence(error: BaseException) -> str:
    if not isinstance(error, Exception):  # Ctrl-C; or nobody reads the output any more
        return STOPPED
    return actionable(error, "syncing").for_terminal


def _failed(sync_run_id: int, sentence: str) -> bool:
    """End the sync as Failed; False if the database, which may be why it failed, does not answer."""
    try:
        with open_crm() as crm:
            sync_runs.fail(crm, sync_run_id, sentence)
            crm.commit()
    except (ActionableError, psycopg.Error):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
