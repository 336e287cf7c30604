"""The small charts of a store's overview, as shapes."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from include.crm.store_overview import OrderDay, SyncDay
from plugins.data_sources_page.chart_numbers import NOTHING, SECONDS, seconds, short
from plugins.data_sources_page.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Chart,
    Series,
    lines,
    stacked,
)
from plugins.data_sources_page.rendering import _environment
from plugins.data_sources_page.store_charts import store_charts
from plugins.data_sources_page.trend_chart import bars

DAYS = [date(2026, 11, 1) + timedelta(days=each) for each in range(30)]


def orders(pushed: list[float | None], rejected: list[float | None]) -> Chart:
    series = [Series("pushed", "good", pushed), Series("rejected", "bad", rejected)]
    return stacked("orders", "Orders", "", "", DAYS, series)


def test_bars_stand_on_each_other_within_the_axes() -> None:
    chart = orders([100] * 30, [1] * 30)
    assert len(chart.bars) == 60
    pushed, rejected = chart.bars[:2]
    assert pushed.y + pushed.height == pytest.approx(HEIGHT - BOTTOM, abs=0.02)
    assert rejected.y + rejected.height == pytest.approx(pushed.y, abs=0.02)
    assert rejected.height >= 1.5  # one among a hundred still shows
    assert all(bar.y >= TOP - 2 and bar.x >= LEFT for bar in chart.bars)
    assert all(bar.x + bar.width <= WIDTH - RIGHT + 0.02 for bar in chart.bars)


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (4, ["0", "2", "4"]),
        (101, ["0", "50", "100", "150"]),
        (4_200, ["0", "2k", "4k", "6k"]),
        (1_300_000, ["0", "500k", "1M", "1.5M"]),
    ],
)
def test_ticks_are_few_and_round(highest: int, labels: list[str]) -> None:
    chart = orders([highest, *[0] * 29], [0] * 30)
    assert [mark.label for mark in chart.y_marks] == labels
    assert chart.y_marks[0].place == HEIGHT - BOTTOM
    assert chart.y_marks[-1].place == TOP
    assert [mark.label for mark in chart.x_marks] == ["Nov 1", "Nov 16", "Nov 30"]


def test_ticks_of_a_duration_are_round_in_minutes() -> None:
    series = [Series("", "run", [130.0] * 30)]
    chart = stacked("d", "", "", "", DAYS, series, steps=SECONDS, axis=seconds, text=seconds)
    assert [mark.label for mark in chart.y_marks] == ["0", "1 min", "2 min", "3 min"]
    assert chart.areas[0][1] == "Nov 1: 2 min 10 s "


def test_hover_title_and_table_have_the_numbers() -> None:
    chart = orders([0] * 29 + [1204], [0] * 28 + [2, 3])
    assert chart.areas[-1][1] == "Nov 30: 1,204 pushed, 3 rejected"
    assert chart.rows == [(DAYS[29], ["1,204", "3"]), (DAYS[28], ["0", "2"])]


def test_line_keeps_its_level_on_days_without_a_value() -> None:
    chart = lines("s", "", "", "", DAYS, [Series("products", "run", [None, 10, None, 20, *[None] * 26])])
    ((_, path),) = chart.paths
    assert path.startswith("M")
    assert path.count("L") == 28
    assert len(chart.rows) == 29
    assert chart.rows[-2] == (DAYS[2], ["10"])


@pytest.mark.parametrize("values", [[None] * 30, [0] * 30])
def test_nothing_to_draw_is_empty(values: list[float | None]) -> None:
    assert orders(values, values).is_empty
    assert not orders([1, *values[1:]], values).is_empty


def test_numbers_at_an_axis_are_short() -> None:
    assert [short(each) for each in (0, 950, 1_000, 1_500, 2_000_000)] == ["0", "950", "1k", "1.5k", "2M"]
    assert [seconds(each) for each in (None, 0, 45.4, 125, 4_800)] == [
        NOTHING,
        "0 s",
        "45 s",
        "2 min 5 s",
        "1 h 20 min",
    ]


def test_one_sync_one_product_and_one_day_are_singular() -> None:
    began = datetime(2028, 2, 29, tzinfo=timezone.utc)
    run = SimpleNamespace(status="Completed", seconds=4000.0)
    assert bars([run]).description == "Last sync: 1 Completed, 0 Failed; the longest took 1 h 6 min."  # type: ignore[list-item]
    assert bars([run, run]).description.startswith("Last 2 syncs:")  # type: ignore[list-item]
    day = SyncDay(began.date(), 1, 0, 4000.0, 4000.0, 1, 1)
    charts = {each.name: each for each in store_charts([OrderDay(began.date(), 0, 1)], [day])}
    assert charts["sizes"].headline == "1 product, 1 variant"
    html = _environment.get_template("chart.html").render(chart=charts["orders"])
    assert 'aria-label="Orders, 1 day: 0 pushed, 1 rejected.' in html
