"""What our DAG files import at their top, imported once in the process that forks one for each parse.

Importing this module is all that it does. Without it, each parse imports these packages, which takes
0.4 s of CPU: with eight files every 30 seconds a tenth of a core, even if Airflow is idle. plugins/preload.py
imports it into the DAG processor, include/preload.py into what forks tasks, which parse their DAG's file.
Restart the DAG processor after changing the code.

Nothing imported here may start a thread or open a connection, because those do not survive a fork.
"""

# ruff: noqa: F401 - importing is the purpose

import airflow.providers.standard.decorators.python
import airflow.sdk

import include.dag_ids
import include.data_sources.control_panel
import include.data_sources.dag_registry
import include.data_sources.pools
import include.housekeeping.retention
import include.order_push.dag_parts
import include.order_push.listening
import include.store_changes.listening
import include.tasks.airflow_urls
import include.tasks.retry_policy
import include.tasks.run_step
import include.tasks.run_stores
