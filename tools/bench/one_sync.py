"""One sync in a process of its own: `python -m tools.bench.one_sync STORE_HASH [OPTIONS]`.

--write-back: measure write_back, too. --translates: import pandas first, which is start-up and not measured.
"""

from __future__ import annotations

import importlib
import json
import sys

from airflow.providers.http.hooks import http  # noqa: F401 - importing is start-up, and is not measured

from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps
from tools.bench.meter import measured, own_cpu, peak_memory


def main() -> None:
    """Measure extract and load, and apart from them write_back."""
    if "--translates" in sys.argv:
        importlib.import_module("include.product_sync.transform")
    start_up_cpu = own_cpu()
    sync_run_id = steps.begin(sys.argv[1], SyncOptions(), DagRunReference())
    with measured() as reading:
        steps.extract(sync_run_id)
    with measured() as loading:
        counts = steps.load(sync_run_id)["counts"]
    result = {"reading": reading, "loading": loading, "counts": counts, "start_up_cpu": start_up_cpu}
    result["loads_pandas"] = "pandas" in sys.modules
    if "--write-back" in sys.argv:
        with measured() as result["write_back"]:
            steps.write_back(sync_run_id)
    print(json.dumps({**result, "peak_memory": peak_memory()}))


if __name__ == "__main__":
    main()
