"""Measure speed, memory, requests and waiting, beside limits and peers, and compare them with the aims.

Only a machine without other work gives times that count. A part that fails is reported at the end, with exit
status 1; an aim that is not met is no failure.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from rich.console import Console

from tools.bench.parts import PARTS, QUICK, QUICK_PARTS, Sizes
from tools.bench.report import show
from tools.bench.results import NotMeasured, Results
from tools.bench.testbed import Testbed, running_testbed

REPEATS = 3
WIDTH = 150


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for and print it; the exit status."""
    options = read_options(arguments)
    sizes = QUICK if options.quick else Sizes(repeats=options.repeats)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    began = time.monotonic()
    results = Results()
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, running_testbed(Path(name)) as testbed:
        for repeat in range(1, sizes.repeats + 1):
            for part in options.parts:
                if part not in failures and (repeat == 1 or PARTS[part].is_repeated):
                    measure(part, testbed, results, sizes, failures, console, repeat)
    show(console, results, sizes, of_all_parts=set(options.parts) == set(PARTS))
    for part, failure in failures.items():
        console.print(f"[red]{part} failed:[/]")
        console.print(failure, markup=False)
    minutes = (time.monotonic() - began) / 60
    console.print(
        f"It took {minutes:.1f} minutes. Where a part is repeated, the median of {sizes.repeats} counts."
    )
    return 1 if failures else 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line, with all parts where none is named."""
    repeated = ", ".join(name for name, part in PARTS.items() if part.is_repeated)
    listed = "\n".join(f"  {name:10}{part.what}" for name, part in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        epilog=f'parts:\n{listed}\n\nWith make: make bench BENCH="syncs orders --repeats 1"',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("parts", nargs="*", metavar="PART", help="what to measure, see below (default: everything)")
    add(
        "--repeats",
        type=int,
        default=REPEATS,
        metavar="N",
        help=f"how often {repeated} are measured; the median counts (default %(default)s)",
    )
    add(
        "--quick",
        action="store_true",
        help="a trial: small stores, everything once, no Airflow unless you name it",
    )
    options = parser.parse_args(arguments)
    if unknown := [each for each in options.parts if each not in PARTS]:
        parser.error(f"There is no part {', '.join(unknown)}. Parts are: {', '.join(PARTS)}.")
    if options.repeats < 1:
        parser.error("--repeats is at least 1.")
    options.parts = options.parts or list(QUICK_PARTS if options.quick else PARTS)
    return options


def measure(
    part: str,
    testbed: Testbed,
    results: Results,
    sizes: Sizes,
    failures: dict[str, str],
    console: Console,
    repeat: int,
) -> None:
    """Measure a part once. If it fails, the others are measured nevertheless, and `failures` says why."""
    began = time.monotonic()
    try:
        with console.status(f"{part}: {PARTS[part].what} …"):
            PARTS[part].measure(testbed, results, sizes)
    except NotMeasured as error:
        failures[part] = str(error)
    except Exception:  # noqa: BLE001 - what was measured so far is worth minutes
        failures[part] = traceback.format_exc()
    times = f", {repeat} of {sizes.repeats}" if PARTS[part].is_repeated else ""
    how = "[red]failed[/] after " if part in failures else ""
    console.print(f"[dim]{part}{times}: {how}{time.monotonic() - began:.0f} s[/]")


if __name__ == "__main__":
    sys.exit(main())
