"""Sync one store here and now, without Airflow's scheduler: `python -m include.product_sync STORE_HASH`.

For debugging and measuring. It needs the same Connections as the DAG does (`crm_db` and
`bigcommerce_<store hash>`), prints the same summary, and exits 1 if the sync failed.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from include.connections import open_crm, read_connections_as_server
from include.crm import sync_runs
from include.crm.sync_runs import DagRunReference, SyncOptions
from include.errors import actionable
from include.product_sync import metrics, steps, summary

STOPPED = "The sync was stopped at the keyboard. Nothing is half-published; start it again."


def main() -> int:
    """Run the three steps one after the other; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.product_sync", description=__doc__)
    parser.add_argument("store_hash", help="the store, e.g. 7f5kjtkp2")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    parser.add_argument(
        "--allow-mass-removal", action="store_true", help="more than half of the variants may go"
    )
    parser.add_argument(
        "--verify-custom-fields", action="store_true", help="compare every field with the store"
    )
    arguments = vars(parser.parse_args())
    store_hash: str = arguments.pop("store_hash")
    read_connections_as_server()
    console = Console(highlight=False)
    sync_run_id = None
    try:
        sync_run_id = steps.begin(store_hash, SyncOptions(**arguments), DagRunReference())
        for step in (steps.extract, steps.load, steps.write_back):
            console.print(step(sync_run_id)["summary"])
    except BaseException as error:  # noqa: BLE001 - whatever it was, the sync must not stay open
        stopped = not isinstance(error, Exception)  # Ctrl-C; or nobody reads the output any more
        sentence = STOPPED if stopped else actionable(error, "syncing").for_terminal
        metrics.failed(store_hash)
        if sync_run_id is not None:
            with open_crm() as crm:
                sync_runs.fail(crm, sync_run_id, sentence)
                crm.commit()
        console.print(sentence)
        return 1
    with open_crm() as crm:
        for label, text in summary.lines(sync_runs.get(crm, sync_run_id)):
            console.print(f"[bold]{label:14}[/bold] {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
