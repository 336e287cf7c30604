"""A StatsD receiver: reads what Airflow sends over UDP, with the labels in the names as InfluxDB has them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

PATIENCE_SECONDS = 30.0
LONGEST_DATAGRAM = 65_535
BUFFER_BYTES = 4_000_000


@dataclass(frozen=True)
class Sample:
    """One number: kind is c (counter), g (gauge) or ms (timing)."""

    name: str
    labels: dict[str, str]
    number: float
    kind: str


class Receiver:
    """What came in since it was last emptied; Airflow's own metrics stay out by the allow list."""

    def __init__(self, listening: socket.socket) -> None:
        self._socket = listening
        self._samples: list[Sample] = []
        self._seen: dict[bytes, threading.Event] = {}
        self.port: int = listening.getsockname()[1]

    @property
    def environment(self) -> dict[str, str]:
        """The settings that docs/metrics.md asks for, for a receiver here."""
        settings = {
            "STATSD_ON": "True",
            "STATSD_HOST": "127.0.0.1",
            "STATSD_PORT": str(self.port),
            "STATSD_INFLUXDB_ENABLED": "True",
            "METRICS_ALLOW_LIST": "bigcommerce",
        }
        return {f"AIRFLOW__METRICS__{name}": value for name, value in settings.items()}

    def samples(self) -> list[Sample]:
        """All that was sent before this call, and what came in from other processes."""
        self._catch_up()
        return list(self._samples)

    def of(self, name: str, **labels: str) -> list[float]:
        """The numbers of a metric (named without Airflow's prefix) that carry these labels, in order."""
        return [
            sample.number
            for sample in self.samples()
            if sample.name == f"airflow.{name}" and labels.items() <= sample.labels.items()
        ]

    def forget(self) -> None:
        """Empty it."""
        self._catch_up()
        self._samples.clear()

    def _catch_up(self) -> None:
        """Send a datagram through itself: what was sent earlier has come in when it has."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind(("127.0.0.1", 0))
            mark = str(sender.getsockname()).encode()
            self._seen[mark] = threading.Event()
            sender.sendto(mark, ("127.0.0.1", self.port))
            assert self._seen[mark].wait(PATIENCE_SECONDS), "the receiver is stuck"

    def receive(self) -> None:
        """Read until the socket is closed."""
        while datagram := self._socket.recv(LONGEST_DATAGRAM):
            if datagram in self._seen:
                self._seen[datagram].set()
            else:
                self._samples += [_sample(line) for line in datagram.decode().splitlines()]


def _sample(line: str) -> Sample:
    tagged, _, measured = line.partition(":")
    name, *tags = tagged.split(",")
    number, kind = measured.split("|")[:2]
    return Sample(name, dict(tag.split("=", 1) for tag in tags), float(number), kind)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port of its own on 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        listening.bind(("127.0.0.1", 0))
        receiver = Receiver(listening)
        thread = threading.Thread(target=receiver.receive, name="statsd")
        thread.start()
        yield receiver
        # an empty datagram ends the thread
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", ("127.0.0.1", receiver.port))
        thread.join()


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A StatsD receiver, and this process set to send its metrics there, as docs/metrics.md says."""
    from airflow.sdk.observability import stats
    from airflow.sdk.observability.metrics import stats_utils

    def initialize() -> None:
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)

    with receiving() as receiver:
        with monkeypatch.context() as patched:
            for name, value in receiver.environment.items():
                patched.setenv(name, value)
            initialize()
            yield receiver
        initialize()
