"""What was measured, by scenario and size."""

from __future__ import annotations

from statistics import median

Measurement = dict[str, float]


class NotMeasured(Exception):
    """A scenario could not be measured, or did not do what it should. str() says why."""


class Results:
    """Measurements by what was measured and for how many products (data sources, orders, changes)."""

    def __init__(self) -> None:
        self._measurements: dict[tuple[str, int], list[Measurement]] = {}

    def add(self, what: str, size: int, measurement: Measurement) -> None:
        """Add a measurement; the median of all of one kind and size counts."""
        self._measurements.setdefault((what, size), []).append(measurement)

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._measurements

    def median(self, what: str, size: int) -> Measurement:
        """The median of each number measured; KeyError if nothing was."""
        found = self._measurements[what, size]
        return {name: median(one[name] for one in found) for name in found[0]}

    def every(self, what: str, size: int, name: str) -> list[float]:
        """One number of each measurement, ascending; KeyError if nothing was measured."""
        return sorted(one[name] for one in self._measurements[what, size])

    def sizes(self, what: str) -> list[int]:
        """For how many it was measured, ascending; empty if it was not."""
        return sorted(size for found, size in self._measurements if found == what)

    def medians(self, what: str, name: str, minus: str | None = None) -> list[float]:
        """One number for each size, less that of `minus`; KeyError if nothing was measured."""
        found = [self.median(what, size) for size in self.sizes(what)]
        if not found:
            raise KeyError(what)
        return [one[name] - (one[minus] if minus else 0) for one in found]

    def ratio(self, what: str, other: str, size: int, name: str = "seconds") -> float:
        """How many times as much of a number one takes as the other; KeyError if either was not measured."""
        return self.median(what, size)[name] / self.median(other, size)[name]
