"""The last syncs of a data source as a small bar chart; the height of a bar shows how long the sync took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.crm.sync_run_rows import SyncRun
from plugins.data_sources_page.chart_numbers import seconds as duration

HEIGHT = 28
LEAST_HEIGHT = 4
STEP = 9


@dataclass(frozen=True)
class Bar:
    """The bar of one sync, in units of the picture, and the status of the sync."""

    x: int
    y: int
    height: int
    status: str


@dataclass(frozen=True)
class Picture:
    """The chart; `description` is its text for screen readers."""

    bars: list[Bar]
    width: int
    height: int
    description: str


def bars(trend: Sequence[SyncRun]) -> Picture:
    """The chart of the last syncs, which come oldest first."""
    longest = max((each.seconds or 0 for each in trend), default=0) or 1
    drawn = []
    for place, each in enumerate(trend):
        height = max(LEAST_HEIGHT, round(HEIGHT * (each.seconds or 0) / longest))
        drawn.append(Bar(place * STEP, HEIGHT - height, height, each.status))
    failed = sum(each.status == "Failed" for each in trend)
    completed = sum(each.status == "Completed" for each in trend)
    which = "Last sync" if len(trend) == 1 else f"Last {len(trend)} syncs"
    return Picture(
        drawn,
        len(drawn) * STEP,
        HEIGHT,
        f"{which}: {completed} Completed, {failed} Failed; the longest took {duration(longest)}.",
    )
