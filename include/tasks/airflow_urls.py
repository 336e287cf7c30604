"""Addresses at which people open Airflow and a run of a DAG."""

from __future__ import annotations

from urllib.parse import quote

from airflow.sdk.configuration import conf


def airflow_url() -> str:
    """The address of Airflow, without a slash at the end."""
    return str(conf.get("api", "base_url", fallback="http://localhost:8080")).rstrip("/")


def run_url(dag_id: str, run_id: str) -> str:
    """The page of a run."""
    return f"{airflow_url()}/dags/{dag_id}/runs/{quote(run_id)}"
