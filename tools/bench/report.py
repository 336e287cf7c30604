"""Prints the tables of what was measured, and below them whether each aim is met."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tools.bench.aims import AIMS
from tools.bench.orders import QUOTA
from tools.bench.parts import Sizes
from tools.bench.results import Results
from tools.bench.tables import tables

COLOURS = {"met": "green", "not met": "red", "not measured": "dim"}


def show(console: Console, results: Results, sizes: Sizes, *, of_all_parts: bool = True) -> None:
    """Print the tables, what they do not say, and the aims; of some parts, only those that were measured."""
    for table in tables(results, sizes.latency_seconds):
        console.print(table)
    for note in _notes(results, sizes):
        console.print(note)
    if (table := _aims_table(results, of_all_parts)).row_count:
        console.print(table)


def _notes(results: Results, sizes: Sizes) -> list[str]:
    notes = []
    if results.sizes("first sync"):
        start_up = max(results.medians("first sync", "start_up_cpu"))
        notes.append(
            f"Not counted: the start of each process (a sync's imports take {start_up:.1f} s of CPU). "
            "dlt loads the same endpoint; merged by key it keeps and updates rows as a sync does, "
            "and the aim is against that."
        )
    if results.sizes("order push"):
        notes.append(
            f"The store of the order push lets {QUOTA} requests through in {sizes.window_seconds:g} s "
            "instead of 30 s, and loses the answer to 1 % of new orders."
        )
    if results.sizes("stores: schedule"):
        notes.append(
            "The many stores have no quota. That their tasks import our code counts; what Airflow takes for "
            "a task beside that does not."
        )
    return notes


def _aims_table(results: Results, of_all_parts: bool) -> Table:
    table = Table("aim", "measured", "")
    for section, aims in AIMS.items():
        judged = [(aim.what, *aim.outcome(results)) for aim in aims]
        shown = [each for each in judged if of_all_parts or each[2] != "not measured"]
        if shown:
            table.add_section()
            table.add_row(f"[bold]{section}[/]")
        for what, measured, outcome in shown:
            table.add_row(what, measured, f"[{COLOURS[outcome]}]{outcome}[/]")
    return table
