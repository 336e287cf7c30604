"""The Grafana dashboard and the settings of statsd_exporter fit the metrics that the code sends."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from include.metrics.catalogue import METRICS
from include.metrics.kinds import Counter, Gauge, Metric, Timing
from tests.support.project import PROJECT
from tools.metrics_table import table

DOCS = PROJECT / "docs"
DASHBOARD = json.loads((DOCS / "grafana" / "bigcommerce.json").read_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
QUERIES = [target["expr"] for panel in PANELS for target in panel.get("targets", [])]
MAPPINGS = yaml.safe_load((DOCS / "grafana" / "statsd_exporter.yml").read_text())["mappings"]

# a metric with its selector, e.g. airflow_bigcommerce_orders{state="new"}
SELECTED = re.compile(r"\b(airflow_\w+)(?:\{([^}]*)\})?")
BY_NAME = {metric.prometheus_name: metric for metric in METRICS}


def metric_of(name: str) -> Metric | None:
    """The metric that a name in a query is of; of a timing there are buckets."""
    metric = BY_NAME.get(name.removesuffix("_bucket"))
    return metric if metric and name.endswith("_bucket") == isinstance(metric, Timing) else None


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_metrics_and_labels_that_there_are(query: str) -> None:
    asked = SELECTED.findall(query)
    assert asked
    labels: set[str] = set()
    for name, selector in asked:
        metric = metric_of(name)
        assert metric, f"{name} is not in include/metrics/catalogue.py"
        assert set(re.findall(r"(\w+)=~?\"", selector)) <= set(metric.labels)
        labels |= {*metric.labels, "le"}
    for grouped in re.findall(r"by \(([^)]*)\)", query):
        assert set(grouped.split(", ")) <= labels


@pytest.mark.parametrize("query", QUERIES)
def test_a_counter_is_shown_by_its_growth_and_a_gauge_as_it_is(query: str) -> None:
    for name, _ in SELECTED.findall(query):
        grows = bool(re.search(rf"(rate|increase)\({name}\b", query))
        assert grows != isinstance(metric_of(name), Gauge)


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {metric_of(name) for query in QUERIES for name, _ in SELECTED.findall(query)}
    assert shown == set(METRICS)


def test_a_legend_names_only_labels_that_its_query_gives() -> None:
    for panel in PANELS:
        for target in panel.get("targets", []):
            shown = (
                {label for name, _ in SELECTED.findall(target["expr"]) for label in BY_NAME[name].labels}
                if "bucket" not in target["expr"]
                else set()
            )
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= shown


def test_the_dashboard_can_be_imported_anywhere() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(ids) == len(set(ids))
    assert DASHBOARD["uid"]
    variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    assert variables.keys() == {"datasource", "store"}
    assert SELECTED.findall(variables["store"]["query"]["query"])[0][0] in BY_NAME
    for panel in PANELS:
        if panel["type"] != "row":
            sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
            assert {source["uid"] for source in sources} == {"${datasource}"}


def test_panels_do_not_overlap_and_say_in_words_what_they_show() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["type"] == "row" or len(panel["description"].split()) > 5


def test_every_number_has_a_name_that_prometheus_keeps_as_it_is() -> None:
    for metric in METRICS:
        assert re.fullmatch(r"bigcommerce\.[a-z_]+", metric.name)
        assert metric.name.endswith("_total") == isinstance(metric, Counter)


def test_gauges_end_when_nobody_sends_them_and_timings_are_histograms() -> None:
    histograms = {each["name"] for each in MAPPINGS if each.get("observer_type") == "histogram"}
    assert histograms == {metric.prometheus_name for metric in METRICS if isinstance(metric, Timing)}
    [ending] = [each for each in MAPPINGS if "ttl" in each]
    ended = {metric.name for metric in METRICS if re.search(ending["match"], f"airflow.{metric.name}")}
    assert ended == {metric.name for metric in METRICS if isinstance(metric, Gauge)}


def test_the_table_of_the_manual_is_the_one_that_the_code_prints() -> None:
    assert table() in (DOCS / "metrics.md").read_text()
