"""Prints the table of docs/metrics.md: `python -m tools.metrics_table`."""

from __future__ import annotations

from include.metrics.catalogue import METRICS


def table() -> str:
    """All metrics as a Markdown table."""
    rows = [
        f"| `{metric.name}` | {metric.kind} | {metric.unit} | {', '.join(metric.labels) or 'none'} "
        f"| {metric.description} |"
        for metric in METRICS
    ]
    return "\n".join(
        ["| metric | type | unit | labels | what it is |", "| --- | --- | --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    print(table())
