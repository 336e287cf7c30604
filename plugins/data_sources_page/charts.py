"""Small charts of one value or several per day, as shapes for templates/chart.html. No I/O.

    stacked(...)   bars on top of each other, such as orders pushed and rejected
    lines(...)     values that last until the next one, such as the number of products

Each also has its numbers as rows of a table, for screen readers and for people who want the exact values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from plugins.data_sources_page.chart_numbers import COUNTS, count, short

WIDTH, HEIGHT = 300, 130
LEFT, RIGHT, TOP, BOTTOM = 40, 4, 8, 18
GAP = 1.5  # between two bars
TICKS = 3


@dataclass(frozen=True)
class Series:
    """One value per day, None where there is none; `css` is its colour, as page.css names it."""

    label: str
    css: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Shape:
    """A rectangle in units of the chart."""

    x: float
    y: float
    width: float
    height: float
    css: str = ""


@dataclass(frozen=True)
class Mark:
    """A label at an axis."""

    place: float
    label: str


@dataclass(frozen=True)
class Chart:
    """What a template draws. `areas` are where the pointer shows the `title` of a day."""

    name: str
    title: str
    headline: str
    empty: str
    series: list[Series]
    rows: list[tuple[date, list[str]]]
    bars: list[Shape] = field(default_factory=list)
    paths: list[tuple[str, str]] = field(default_factory=list)
    areas: list[tuple[Shape, str]] = field(default_factory=list)
    y_marks: list[Mark] = field(default_factory=list)
    x_marks: list[Mark] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return not any(value for each in self.series for value in each.values)


def stacked(
    name: str,
    title: str,
    headline: str,
    empty: str,
    days: Sequence[date],
    series: list[Series],
    *,
    steps: Sequence[int] = COUNTS,
    axis: Callable[[float], str] = short,
    text: Callable[[float | None], str] = count,
) -> Chart:
    """Bars of each day on top of each other."""
    highest = max(
        (sum(filter(None, day)) for day in zip(*(s.values for s in series), strict=True)), default=0
    )
    top, marks = _scale(highest, steps, axis)
    width = _day_width(days)
    bars = []
    for place in range(len(days)):
        base = float(HEIGHT - BOTTOM)
        for each in series:
            height = (each.values[place] or 0) / top * _plot_height()
            if height:
                height = max(height, 1.5)  # one rejected order among a thousand still shows
                base -= height
                bars.append(
                    Shape(
                        _round(LEFT + place * width + GAP / 2),
                        _round(base),
                        _round(width - GAP),
                        _round(height),
                        each.css,
                    )
                )
    return Chart(
        name, title, headline, empty, series, _rows(days, series, text),
        bars=bars, areas=_areas(days, series, text), y_marks=marks, x_marks=_day_marks(days),
    )  # fmt: skip


def lines(
    name: str, title: str, headline: str, empty: str, days: Sequence[date], series: list[Series]
) -> Chart:
    """A line for each series; a day without a value has that of the day before."""
    series = [Series(each.label, each.css, _lasting(each.values)) for each in series]
    highest = max((value for each in series for value in each.values if value is not None), default=0)
    top, marks = _scale(highest, COUNTS, short)
    paths = [(each.css, _path(each.values, top, _day_width(days))) for each in series]
    return Chart(
        name, title, headline, empty, series, _rows(days, series, count),
        paths=paths, areas=_areas(days, series, count), y_marks=marks, x_marks=_day_marks(days),
    )  # fmt: skip


def _lasting(values: Sequence[float | None]) -> list[float | None]:
    lasting: list[float | None] = []
    for value in values:
        lasting.append(value if value is not None or not lasting else lasting[-1])
    return lasting


def _path(values: Sequence[float | None], top: float, width: float) -> str:
    """The path of an SVG: a level for each day."""
    path = ""
    for place, value in enumerate(values):
        if value is None:
            continue
        y = _round(HEIGHT - BOTTOM - value / top * _plot_height())
        path += (
            f"{'L' if path else 'M'}{_round(LEFT + place * width)} {y}H{_round(LEFT + (place + 1) * width)}"
        )
    return path


def _scale(highest: float, steps: Sequence[int], axis: Callable[[float], str]) -> tuple[float, list[Mark]]:
    """The value at the top of the chart, and at most TICKS round values above zero."""
    step = next((each for each in steps if each * TICKS >= highest), steps[-1])
    number = max(1, -(-int(highest + 0.999) // step))
    top = float(step * number)
    marks = [
        Mark(_round(HEIGHT - BOTTOM - step * each / top * _plot_height()), axis(step * each) if each else "0")
        for each in range(number + 1)
    ]
    return top, marks


def _day_marks(days: Sequence[date]) -> list[Mark]:
    """The first, the middle and the last day."""
    width = _day_width(days)
    places = sorted({0, len(days) // 2, len(days) - 1}) if days else []
    return [
        Mark(_round(LEFT + (place + 0.5) * width), f"{days[place]:%b} {days[place].day}") for place in places
    ]


def _areas(
    days: Sequence[date], series: list[Series], text: Callable[[float | None], str]
) -> list[tuple[Shape, str]]:
    width = _day_width(days)
    return [
        (
            Shape(_round(LEFT + place * width), TOP, _round(width), _plot_height()),
            f"{day:%b} {day.day}: "
            + ", ".join(f"{text(each.values[place])} {each.label}" for each in series),
        )
        for place, day in enumerate(days)
    ]


def _rows(
    days: Sequence[date], series: list[Series], text: Callable[[float | None], str]
) -> list[tuple[date, list[str]]]:
    """The numbers as rows of a table, newest first, without the days on which nothing happened."""
    found = [(day, [each.values[place] for each in series]) for place, day in enumerate(days)]
    return [(day, [text(value) for value in values]) for day, values in reversed(found) if any(values)]


def _day_width(days: Sequence[date]) -> float:
    return (WIDTH - LEFT - RIGHT) / max(1, len(days))


def _plot_height() -> float:
    return float(HEIGHT - TOP - BOTTOM)


def _round(number: float) -> float:
    return round(number, 2)
