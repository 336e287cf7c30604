"""First syncs of several stores, not measured: `python -m tools.bench.sync_stores STORE_HASH …`."""

from __future__ import annotations

import json
import sys

from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps


def main() -> None:
    """All in this process, one after the other, without write-back."""
    for store_hash in sys.argv[1:]:
        sync_run_id = steps.begin(store_hash, SyncOptions(), DagRunReference())
        steps.extract(sync_run_id)
        steps.load(sync_run_id)
    print(json.dumps({"stores": len(sys.argv) - 1}))


if __name__ == "__main__":
    main()
