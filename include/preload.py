"""What our tasks import, imported once in the process that they are forked from: they inherit it.

Importing this module is all that it does. Without it, each task imports these packages, which takes most of
the CPU time of a short one. plugins/preload.py imports it into a scheduler with LocalExecutor, Celery's
setting `imports` (docker-compose.yaml) into a Celery worker. Restart both after changing the code.

Nothing imported here may start a thread or open a connection, because those do not survive a fork.
"""

# ruff: noqa: F401 - importing is the purpose

import os

# numpy's library for linear algebra, which no step uses, would start a thread for each core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import airflow.dag_processing.bundles.local
import airflow.dag_processing.dagbag
import airflow.providers.http.hooks.http
import airflow.providers.postgres.hooks.postgres
import airflow.sdk.execution_time.supervisor
import airflow.sdk.execution_time.task_runner
import jinja2.ext

import include.checkout.steps
import include.housekeeping.steps
import include.monitoring.steps
import include.order_push.reconcile
import include.order_push.run_request
import include.order_push.steps
import include.order_push.stores
import include.order_refunds.steps
import include.order_updates.run_request
import include.order_updates.steps
import include.preload_dags
import include.product_sync.steps
import include.product_sync.transform  # pandas
import include.store_changes.steps
import include.store_hooks.steps
import include.tasks.dag_runs
