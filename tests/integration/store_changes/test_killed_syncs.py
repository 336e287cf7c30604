"""A sync that was killed by force holds up the hints of its store no longer than its process lives."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from include.crm import sync_runs
from include.crm.sync_runs import STOPPED_BEFORE_THE_NEXT, STOPPED_FROM_OUTSIDE
from include.store_changes import steps
from tests.support.hints import due_products, hint
from tests.support.project import PROJECT
from tests.support.shop import Shop

# As `python -m include.product_sync` does it, but for the store, which would answer too soon.
SYNC = """
import sys, time
from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps
with steps.exclusive(sys.argv[1]):
    steps.begin(sys.argv[1], SyncOptions(), DagRunReference())
    print("at work", flush=True)
    time.sleep(600)
"""


@contextmanager
def syncing(store_hash: str) -> Iterator[subprocess.Popen[str]]:
    """A full sync at work in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", SYNC, store_hash], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert "at work\n" in process.stdout  # reads as far as that
        yield process
    finally:
        process.kill()
        process.wait()


def due() -> list[str]:
    return [store["store_hash"] for store in steps.due_stores()["stores"]]


def test_hints_are_followed_as_soon_as_a_full_sync_of_the_command_line_was_killed(synced: Shop) -> None:
    store_hash = synced.sandbox.store_hash
    hint(synced, synced.sandbox.catalogue.product_ids[0])
    with syncing(store_hash) as process:
        assert due() == []
        assert "nothing to do" in steps.follow(store_hash)["summary"]
        assert due_products(synced)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 30
        while due() == [] and time.monotonic() < deadline:
            time.sleep(0.05)
    assert due() == [store_hash]
    steps.follow(store_hash)
    assert due_products(synced) == []
    [killed] = synced.rows("SELECT status, error FROM crm.sync_run WHERE status <> 'Completed'")
    assert (killed["status"], killed["error"]) == ("Failed", STOPPED_BEFORE_THE_NEXT)


def test_sync_of_the_command_line_fails_as_soon_as_it_is_found_killed(synced: Shop) -> None:
    def close_killed() -> int:
        synced.crm.rollback()
        closed = sync_runs.close_killed(synced.crm)
        synced.crm.commit()
        return closed

    with syncing(synced.sandbox.store_hash) as process:
        assert close_killed() == 0
        process.kill()
        process.wait()
        deadline = time.monotonic() + 30
        while close_killed() == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
    [killed] = synced.rows("SELECT status, error, action FROM crm.sync_run WHERE status <> 'Completed'")
    assert killed == {"status": "Failed", "error": STOPPED_FROM_OUTSIDE, "action": "start_again"}
