"""`python -m include.local.serve_demo_stores`: the sandbox stores of a demo with many, until SIGTERM.

What is written to them is kept in the given folder, and is there again at the next start.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from include.local.demo_stores import sandbox_of, stores_of_demo
from include.sandbox import serve_many


def main() -> int:
    """Serve them; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.local.serve_demo_stores", description=__doc__)
    parser.add_argument("number", type=int, help="how many stores")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    stores = [
        sandbox_of(store, os.environ["BIGCOMMERCE_SANDBOX_TOKEN"]) for store in stores_of_demo(options.number)
    ]
    options.folder.mkdir(exist_ok=True)
    for store in stores:
        store.catalogue.metafields.keep_in(options.folder / f"{store.store_hash}.jsonl")
        store.orders.keep_in(options.folder / f"{store.store_hash}-orders.jsonl")
        store.refunds.keep_in(options.folder / f"{store.store_hash}-refunds.jsonl")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with serve_many(stores, options.port):
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
