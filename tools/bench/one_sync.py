"""One sync, each step in a process of its own, as in Airflow: `python -m tools.bench.one_sync STORE_HASH`.

--write-back: measure write_back, too.
--translates: load imports pandas before its time is taken, because that is start-up.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from airflow.providers.http.hooks import http  # noqa: F401 - importing is start-up, and is not measured

from include.crm.sync_options import SyncOptions
from include.crm.sync_run_rows import DagRunReference
from include.product_sync import steps
from tools.bench.meter import measured, own_cpu, peak_memory


def main() -> None:
    """Measure extract and load, and apart from them write_back; their peak memory is that of the largest."""
    start_up_cpu = own_cpu()
    sync_run_id = steps.begin(sys.argv[1], SyncOptions(), DagRunReference())
    reading = _in_own_process(_measure, steps.extract, sync_run_id)
    loading = _in_own_process(_measure_load, sync_run_id, "--translates" in sys.argv)
    done = [reading, loading]
    result: dict[str, Any] = {"reading": reading, "loading": loading, "start_up_cpu": start_up_cpu}
    if "--write-back" in sys.argv:
        result["write_back"] = _in_own_process(_measure, steps.write_back, sync_run_id)
        done.append(result["write_back"])
    print(json.dumps({**result, "peak_memory": max(step["peak_memory"] for step in done)}))


def _in_own_process(measure: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as process:
        return process.submit(measure, *arguments).result()


def _measure(step: Callable[[int], object], sync_run_id: int) -> dict[str, Any]:
    with measured() as cost:
        step(sync_run_id)
    return {**cost, "peak_memory": peak_memory()}


def _measure_load(sync_run_id: int, translates: bool) -> dict[str, Any]:
    if translates:
        importlib.import_module("include.product_sync.transform")
    return {**_measure(steps.load, sync_run_id), "loads_pandas": "pandas" in sys.modules}


if __name__ == "__main__":
    main()
