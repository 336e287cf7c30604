"""Counters, gauges and timings, sent by Airflow's own stats to a real receiver."""

from __future__ import annotations

from typing import NoReturn

import pytest
from airflow.sdk.observability import stats

from include.metrics.kinds import Counter, Gauge, Timing
from tests.support.statsd_receiver import Receiver, Sample

BOILED = Counter("tea.boiled_total", "kettles", ("store", "outcome"), "Kettles.")
WAITING = Gauge("tea.waiting", "guests", ("store",), "Guests.")
BREWING = Timing("tea.brewing", "seconds", (), "Time.")


@pytest.fixture(autouse=True)
def _every_metric_is_let_through(received: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__METRICS__METRICS_ALLOW_LIST", "tea")


def test_each_kind_arrives_with_its_number_and_labels(received: Receiver) -> None:
    BOILED.add(2, store="7f5kjtkp2", outcome="hot")
    WAITING.set(3.5, store="7f5kjtkp2")
    BREWING.record(1.25)
    assert received.samples() == [
        Sample("airflow.tea.boiled_total", {"store": "7f5kjtkp2", "outcome": "hot"}, 2, "c"),
        Sample("airflow.tea.waiting", {"store": "7f5kjtkp2"}, 3.5, "g"),
        Sample("airflow.tea.brewing", {}, 1250, "ms"),
    ]


def test_a_label_that_airflow_would_drop_is_written_so_that_it_arrives(received: Receiver) -> None:
    BOILED.add(store="a,b=c", outcome="not found")
    [sample] = received.samples()
    assert sample.labels == {"store": "a_b_c", "outcome": "not_found"}


def test_nothing_happened_is_sent_too(received: Receiver) -> None:
    BOILED.add(0, store="a", outcome="hot")
    assert received.of("tea.boiled_total") == [0]


def test_other_labels_than_those_declared_are_a_mistake() -> None:
    with pytest.raises(TypeError, match="has the labels"):
        BOILED.add(store="a")


@pytest.mark.usefixtures("received")
def test_whatever_the_stats_do_nothing_fails_for_it(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> NoReturn:
        raise RuntimeError("the receiver's settings make no sense")

    stats.initialize(factory=fails, export_legacy_names=False)
    WAITING.set(1, store="a")
    assert "The metric tea.waiting could not be sent." in caplog.text


def test_a_name_in_prometheus_has_airflows_prefix_and_no_dots() -> None:
    assert BOILED.prometheus_name == "airflow_tea_boiled_total"
