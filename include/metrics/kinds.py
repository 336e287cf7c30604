"""Counters, gauges and timings: the only code of the project that calls Airflow's stats.

They work in tasks, in the DAG processor and at a command line. They do nothing while metrics are switched
off, which is Airflow's default.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from airflow.sdk.observability import stats

log = logging.getLogger(__name__)

# Airflow drops a metric whose tags contain any other character (StatsD with tags in the name).
_NOT_IN_A_LABEL = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Metric:
    """One metric: its name below Airflow's prefix, its unit, its labels and a description for people.

    Labels contain a store hash, an id in Airflow or a fixed word; never anything about a customer.
    """

    kind: ClassVar[str]
    name: str
    unit: str
    labels: tuple[str, ...]
    description: str

    @property
    def prometheus_name(self) -> str:
        """The name in Prometheus, with Airflow's usual prefix."""
        return f"airflow_{self.name.replace('.', '_')}"

    def _tags(self, labels: dict[str, str]) -> dict[str, str]:
        """The labels as tags. Raises TypeError if they are not the labels of the metric."""
        if set(labels) != set(self.labels):
            raise TypeError(f"{self.name} has the labels {self.labels}, not {tuple(labels)}.")
        return {name: _NOT_IN_A_LABEL.sub("_", labels[name]) for name in self.labels}


@dataclass(frozen=True)
class Counter(Metric):
    """A number that only grows. Its name ends in `_total`, which Prometheus adds to counters of OTel."""

    kind = "counter"

    def add(self, number: float = 1, **labels: str) -> None:
        """Add `number`.

        Also add 0 where nothing happened, because Prometheus sees growth only from a number it has seen
        before.
        """
        _send(stats.incr, self.name, number, self._tags(labels))


@dataclass(frozen=True)
class Gauge(Metric):
    """A current value."""

    kind = "gauge"

    def set(self, number: float, **labels: str) -> None:
        """Send the current value."""
        _send(stats.gauge, self.name, number, self._tags(labels))


@dataclass(frozen=True)
class Timing(Metric):
    """A duration. Airflow sends milliseconds; with StatsD, Prometheus shows seconds."""

    kind = "timing"

    def record(self, seconds: float, **labels: str) -> None:
        """Add one duration."""
        _send(stats.timing, self.name, seconds * 1000, self._tags(labels))


def _send(send: Callable[..., None], name: str, number: float, tags: dict[str, Any]) -> None:
    try:
        send(name, number, tags=tags)
    except Exception:  # no sync fails because of a metric, whatever the receiver does
        log.warning("The metric %s could not be sent.", name, exc_info=True)
