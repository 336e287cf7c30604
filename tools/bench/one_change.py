"""A sync of changes in a process of its own: `python -m tools.bench.one_change STORE_HASH PRODUCT_ID …`."""

from __future__ import annotations

import json
import sys

from airflow.providers.http.hooks import http  # noqa: F401 - importing is start-up, and is not measured

import include.product_sync.transform  # noqa: F401 - so is this
from include.product_sync.change_sync import sync_changes
from tools.bench.meter import measured, peak_memory


def main() -> None:
    """As the DAG of store changes does it for one store."""
    with measured() as total:
        counts = sync_changes(sys.argv[1], list(map(int, sys.argv[2:])))["counts"]
    print(json.dumps({"total": total, "counts": counts, "peak_memory": peak_memory()}))


if __name__ == "__main__":
    main()
