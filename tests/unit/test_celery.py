"""That Airflow's CeleryExecutor works with the Celery that is pinned."""

from __future__ import annotations


def test_the_celery_executor_can_be_imported() -> None:
    # celery 5.7.0 lacks what apache-airflow-providers-celery 3.24.1 imports, and pip does not know it
    from airflow.providers.celery.executors import celery_executor, celery_executor_utils

    assert celery_executor_utils.app.tasks["execute_workload"]
    assert celery_executor.CeleryExecutor
