"""Words the numbers of charts, and chooses the steps of an axis."""

from __future__ import annotations

NOTHING = "\N{EN DASH}"
COUNTS = tuple(step * 10**power for power in range(9) for step in (1, 2, 5))
SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400)


def count(value: float | None) -> str:
    """E.g. 1,204."""
    return NOTHING if value is None else f"{value:,.0f}"


def short(value: float) -> str:
    """A count at an axis, e.g. 950, 1.5k, 2M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def seconds(value: float | None) -> str:
    """E.g. 45 s, 2 min 5 s, 1 h 20 min."""
    if value is None:
        return NOTHING
    minutes, rest = divmod(round(value), 60)
    hours, minutes_left = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes_left, "min"), (rest if not hours else 0, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
