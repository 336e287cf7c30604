"""The charts of a store's overview: orders, syncs, how long they took, and the size of the campaign."""

from __future__ import annotations

from include.crm.store_overview import DAYS, OrderDay, SyncDay
from include.plurals import count_of
from plugins.data_sources_page.chart_numbers import SECONDS, count, seconds
from plugins.data_sources_page.charts import Chart, Series, lines, stacked


def store_charts(orders: list[OrderDay], syncs: list[SyncDay]) -> list[Chart]:
    """The charts of the last DAYS days."""
    return [_orders(orders), _syncs(syncs), _durations(syncs), _sizes(syncs)]


def _orders(rows: list[OrderDay]) -> Chart:
    pushed, rejected = sum(row.pushed for row in rows), sum(row.rejected for row in rows)
    return stacked(
        "orders",
        "Orders",
        f"{count(pushed)} pushed, {count(rejected)} rejected",
        f"Orders that are pushed or rejected appear here, by day, for {DAYS} days.",
        [row.day for row in rows],
        [
            Series("pushed", "good", [row.pushed for row in rows]),
            Series("rejected", "bad", [row.rejected for row in rows]),
        ],
    )


def _syncs(rows: list[SyncDay]) -> Chart:
    completed, failed = sum(row.completed for row in rows), sum(row.failed for row in rows)
    return stacked(
        "syncs",
        "Syncs",
        f"{count(completed)} completed, {count(failed)} failed",
        f"Syncs that are completed or fail appear here, by day, for {DAYS} days.",
        [row.day for row in rows],
        [
            Series("completed", "good", [row.completed for row in rows]),
            Series("failed", "bad", [row.failed for row in rows]),
        ],
    )


def _durations(rows: list[SyncDay]) -> Chart:
    longest = max((row.longest_seconds or 0 for row in rows), default=0)
    return stacked(
        "durations",
        "Sync duration",
        f"daily median; at most {seconds(longest)}",
        "How long a completed sync takes appears here: the median of each day.",
        [row.day for row in rows],
        [Series("(median)", "run", [row.median_seconds for row in rows])],
        steps=SECONDS,
        axis=seconds,
        text=seconds,
    )


def _sizes(rows: list[SyncDay]) -> Chart:
    newest = next((row for row in reversed(rows) if row.products is not None), None)
    return lines(
        "sizes",
        "Products and variants",
        _size(newest.products or 0, newest.variants or 0) if newest else "",
        "The number of products and variants appears here after the first sync.",
        [row.day for row in rows],
        [
            Series("products", "run", [row.products for row in rows]),
            Series("variants", "good", [row.variants for row in rows]),
        ],
    )


def _size(products: int, variants: int) -> str:
    return f"{count_of(products, 'product')}, {count_of(variants, 'variant')}"
