"""The same metrics through OpenTelemetry: a process of its own, as each task is, and a real OTLP receiver."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, Metric

A_TASK = """
from include.metrics import catalogue
catalogue.SYNCS.add(2, store="teashop", status="completed")
catalogue.ORDERS.set(3, store="teashop", state="pending")
catalogue.SYNC_DURATION.record(1.5)
"""


class Collector(HTTPServer):
    """Keeps the metrics that are posted to it, by name."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.metrics: dict[str, Metric] = {}


class _Posted(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        posted = ExportMetricsServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.metrics |= {
            metric.name: metric
            for resource in posted.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A receiver on 127.0.0.1."""
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_process_that_ends_at_once_has_sent_its_metrics(collector: Collector) -> None:
    settings = {
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
    }
    subprocess.run([sys.executable, "-c", A_TASK], env={**os.environ, **settings}, check=True)
    syncs = collector.metrics["airflow.bigcommerce.syncs_total"].sum
    assert syncs.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    assert [point.as_int for point in syncs.data_points] == [2]
    labels = {each.key: each.value.string_value for each in syncs.data_points[0].attributes}
    assert labels == {"store": "teashop", "status": "completed"}
    [orders] = collector.metrics["airflow.bigcommerce.orders"].gauge.data_points
    assert (orders.as_int or orders.as_double) == 3
    [duration] = collector.metrics["airflow.bigcommerce.sync_duration"].exponential_histogram.data_points
    assert (duration.count, duration.sum) == (1, 1500)
