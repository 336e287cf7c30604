"""Measure the product sync and the order push, and compare them with their aims; `--quick` for a trial."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tools.bench.events import measure_idle_stores
from tools.bench.in_airflow import measure_parsing, measure_small_store
from tools.bench.orders import measure_order_push
from tools.bench.pages import measure_pages
from tools.bench.report import show
from tools.bench.scenarios import Results, measure_lanes, measure_size
from tools.bench.setting import dlt_python, running_setting

SIZES = [1_000, 10_000, 50_000]
LANES_PRODUCTS = 10_000
ORDERS = [1_000, 10_000]
QUICK_SIZES, QUICK_ORDERS = [500], [2_000]


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=SIZES, help="products of the stores (default %(default)s)")
    add("--orders", type=int, nargs="+", default=ORDERS, help="orders to be pushed (default %(default)s)")
    add(
        "--window-seconds",
        type=float,
        default=5.0,
        help="in which 450 orders may be sent; 30 in truth (default %(default)s)",
    )
    add("--runs", type=int, default=3, help="the median of so many syncs counts (default %(default)s)")
    add("--latency-seconds", type=float, default=0.3, help="of the distant store (default %(default)s)")
    add("--quick", action="store_true", help="one run of a small store and few orders, without Airflow")
    options = parser.parse_args()
    sizes, pushes, runs = options.sizes, options.orders, options.runs
    if options.quick:
        sizes, pushes, runs = QUICK_SIZES, QUICK_ORDERS, 1
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    began = time.monotonic()
    results = Results()
    skipped = None
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with console.status("Installing dlt …"):
            dlt_python()
        with running_setting(folder) as setting:
            for run in range(1, runs + 1):
                for products in sizes:
                    with console.status(f"Run {run} of {runs}: {products:,} products …"):
                        measure_size(setting, results, products)
                with console.status(f"Run {run} of {runs}: a distant store …"):
                    measure_lanes(setting, results, min(LANES_PRODUCTS, max(sizes)), options.latency_seconds)
                with console.status(f"Run {run} of {runs}: parsing …"):
                    measure_parsing(setting, results)
            for orders in pushes:
                with console.status(f"{orders:,} orders …"):
                    measure_order_push(setting, results, orders, options.window_seconds)
            with console.status("Idle stores …"):
                measure_idle_stores(setting, results)
            with console.status("Pages …"):
                measure_pages(setting, results)
        if not options.quick:
            skipped = measure_small_store(folder / "system", results, runs, console)
    show(console, results, options.latency_seconds, options.window_seconds)
    if skipped:
        console.print(skipped)
    console.print(
        f"Median of {runs}; orders are pushed once. It took {(time.monotonic() - began) / 60:.1f} minutes."
    )


if __name__ == "__main__":
    main()
