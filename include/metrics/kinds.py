"""A counter, a gauge and a timing: the only code of the project that calls Airflow's stats.

All may be used anywhere: in a task, in the DAG processor, at a command line. Where metrics are off, which is
Airflow's default, they do nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from airflow.sdk.observability import stats

log = logging.getLogger(__name__)

# Airflow drops a metric whose tags hold anything else (StatsD with tags in the name).
_NOT_IN_A_LABEL = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Metric:
    """A name below Airflow's prefix, the unit of its numbers, its labels, and what it says to people.

    Labels hold a store's hash, an id of Airflow's, or a word of ours; never anything of a customer.
    """

    kind: ClassVar[str]
    name: str
    unit: str
    labels: tuple[str, ...]
    description: str

    @property
    def prometheus_name(self) -> str:
        """As Prometheus shows it, with Airflow's usual prefix."""
        return f"airflow_{self.name.replace('.', '_')}"

    def _tags(self, labels: dict[str, str]) -> dict[str, str]:
        """Raises TypeError if these are not the labels of the metric."""
        if set(labels) != set(self.labels):
            raise TypeError(f"{self.name} has the labels {self.labels}, not {tuple(labels)}.")
        return {name: _NOT_IN_A_LABEL.sub("_", labels[name]) for name in self.labels}


@dataclass(frozen=True)
class Counter(Metric):
    """Only ever grows. Its name ends in `_total`, which Prometheus would else add where it comes by OTel."""

    kind = "counter"

    def add(self, number: float = 1, **labels: str) -> None:
        """Count so many more.

        Add 0 too where nothing happened: Prometheus sees growth only from a number that it has seen before.
        """
        _send(stats.incr, self.name, number, self._tags(labels))


@dataclass(frozen=True)
class Gauge(Metric):
    """How something stands just now."""

    kind = "gauge"

    def set(self, number: float, **labels: str) -> None:
        """Say how it stands."""
        _send(stats.gauge, self.name, number, self._tags(labels))


@dataclass(frozen=True)
class Timing(Metric):
    """How long something took. Airflow sends milliseconds; Prometheus, by StatsD, shows seconds."""

    kind = "timing"

    def record(self, seconds: float, **labels: str) -> None:
        """Add one duration."""
        _send(stats.timing, self.name, seconds * 1000, self._tags(labels))


def _send(send: Callable[..., None], name: str, number: float, tags: dict[str, Any]) -> None:
    try:
        send(name, number, tags=tags)
    except Exception:  # whatever a receiver or its settings do, no sync fails for a number
        log.warning("The metric %s could not be sent.", name, exc_info=True)
