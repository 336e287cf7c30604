"""Checks all active data sources and sends one message about what changed; nothing is reported twice.

- **Trigger** checks now.
- **Admin, Data Sources, Alerts** sets the address and what is reported, and sends a test message.
- **Pause** stops all alerts.

| task | what it does |
| --- | --- |
| watch | compares the current problems with those already reported, and sends the difference |

**When it runs:** every 5 minutes (the setting `BIGCOMMERCE_MONITORING_CRON` changes that).

**What it reports:** a failed product sync; a scheduled sync that is overdue (none completed within twice
its interval); orders that are rejected, in BigCommerce more than once, or unclear or waiting for more
than an hour; refunds and cancellations that are rejected or waiting for too long; orders that were
refunded, cancelled or deleted in BigCommerce but not in the CRM; orders that were not shipped for 7
days; differences found by the latest reconciliation; a script of the checkout redirect that is not in
the store as it should be; webhooks that are not active; changes in a store that could not be synced for
an hour; and the end of each of these problems. A known problem is reported again only when it grows:
another rejected order, another reason, ten times as many orders. After an alert, the same problem of the
same store is not reported again for an hour, except when it is over. There are no alerts for deactivated
data sources.

**Where it reports to:** the Airflow Connection `bigcommerce_alerts` of the type *Apprise*. Its *config*
(under *Extra Fields*) is one address or a list of several. https://appriseit.com/services/ lists more than
a hundred services:

- mail: `{"path": "mailtos://user:password@smtp.example.com?from=airflow@example.com&to=ops@example.com"}`
- Slack: `{"path": "slack://TokenA/TokenB/TokenC/#channel"}`, the three parts of the webhook's address
- any other program: `{"path": "jsons://example.com/hook"}`

`python -m include.monitoring test` sends a test message; `python -m include.monitoring status` lists the
current problems and when each was reported. Without this Connection the runs succeed, and their notes show
what would have been sent; it is sent as soon as there is a Connection.

**When a run failed**, its note says why. No alert is lost: a later run sends what was not delivered.

- *No channel accepted the message*: the log of `watch` says why. Correct the Connection, or wait until the
  service works again.
- *The CRM database is unavailable*: this is reported, too, once it has lasted four minutes.

A product sync whose DAG run has ended without recording it, for instance because somebody marked the run in
Airflow, is ended here as *Failed*.

A message can arrive twice if this task is killed just after the channel accepted it. Something outside
Airflow has to check that this DAG runs at all: see the runbook.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, task

from include import dag_ids
from include.tasks.retry_policy import retries
from include.tasks.run_step import run_step

# When it runs, as a cron expression in UTC.
CRON_SETTING = "BIGCOMMERCE_MONITORING_CRON"
EVERY_5_MINUTES = "*/5 * * * *"

# Its state store keeps what was reported while the CRM's database was unavailable.
MONITORING = Asset("bigcommerce_monitoring")

DEFAULT_ARGUMENTS = {
    "owner": "bigcommerce",
    **retries(),
    # fewer than elsewhere: the next run does the same, and waits until this one has finished
    "retries": 2,
}


# It never waits for a sync: it is not in their pool, and gets the next free worker.
@task(inlets=[MONITORING], execution_timeout=timedelta(minutes=5), priority_weight=1_000)
def watch(asset_state_store: Any = None) -> None:
    """Check all data sources and report what changed."""
    from include.monitoring import steps
    from include.tasks.dag_runs import has_ended

    run_step(lambda: steps.watch(asset_state_store, has_ended), doing="checking the data sources")


with DAG(
    dag_ids.MONITORING,
    dag_display_name="Monitoring",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(os.environ.get(CRON_SETTING) or EVERY_5_MINUTES, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "monitoring"],
    default_args=DEFAULT_ARGUMENTS,
):
    watch()
