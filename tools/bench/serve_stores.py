"""So many small sandbox stores in one process, until SIGTERM: `python -m tools.bench.serve_stores NUMBER`."""

from __future__ import annotations

import signal
import sys
import threading

from include.sandbox import Sandbox, serve_many
from include.sandbox.store.settings import Settings
from tools.bench.store import TOKEN, hashes

PRODUCTS, VARIANTS = 12, 2


def main() -> None:
    """Serve them; each has products of its own, no quota, and stock for every order."""
    stores = [
        Sandbox(
            products=PRODUCTS,
            variants=VARIANTS,
            seed=seed,
            awkward=False,
            store_hash=store_hash,
            token=TOKEN,
            quota=None,
            settings=Settings(stock_is_tracked=False, record_bodies=False),
        )
        for seed, store_hash in enumerate(hashes(int(sys.argv[1])), start=1)
    ]
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with serve_many(stores) as url:
        print(f"{len(stores)} stores are ready at {url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
