"""Watches all active data sources and tells people what changed, in one message, never the same twice.

| task | what it does |
| --- | --- |
| watch | compares what is wrong now with what people were told, and sends the difference |

**When it runs:** every 5 minutes (the setting `BIGCOMMERCE_MONITORING_CRON` changes that).

**What is told:** that the last product sync failed; that none was completed within twice *autoSync*; that
orders are rejected, in BigCommerce more than once, or uncertain or waiting for more than an hour; that the
latest reconciliation found differences; and of each, that it is over. A trouble that people know is not told
again unless something was added: another rejected order, another reason, ten times as many. Of one trouble
of one store nothing more is told within an hour, except that it is over. A deactivated data source has no
alerts.

**Where it is told:** wherever the Airflow Connection `bigcommerce_alerts` of the type *Apprise* leads to. Its
*config* (in the form below *Extra Fields*) is one address, or a list of several
(https://appriseit.com/services/ knows more than a hundred):

- mail: `{"path": "mailtos://user:password@smtp.example.com?from=airflow@example.com&to=ops@example.com"}`
- Slack: `{"path": "slack://TokenA/TokenB/TokenC/#channel"}`, the three parts of the webhook's address
- any other program: `{"path": "jsons://example.com/hook"}`

`python -m include.monitoring test` sends a message to try it; `python -m include.monitoring status` says what
is wrong now, and when people were told. Without the Connection the runs are green and their notes say what
would have been told; it is told once there is a channel.

**When a run is red**, its note says why. Nothing is lost: what was not told is told by a later run.

- *The channel did not take the message*: the log of `watch` says why; mend the channel.
- *The CRM database did not answer*: that is told, too, once it lasts for four minutes.

A message may come twice if this task is killed just as the channel took it. Who watches that this DAG runs at
all has to be somebody outside: see the runbook.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, RetryAction, RetryRule, task

from include.monitoring.errors import ChannelUnusable, NotDelivered, SettingRefused
from include.tasks.retry_policy import retries
from include.tasks.run_step import refuse_unknown_parameters, run_step

# When it runs, as a cron expression in UTC.
CRON_SETTING = "BIGCOMMERCE_MONITORING_CRON"
EVERY_5_MINUTES = "*/5 * * * *"

# Its store keeps what people know when the CRM's database is away.
MONITORING = Asset("bigcommerce_monitoring")

DEFAULT_ARGUMENTS = {
    "owner": "bigcommerce",
    **retries(
        RetryRule(
            NotDelivered,
            RetryAction.RETRY,
            retry_delay=timedelta(minutes=1),
            reason="The channel is away; after these tries the next run goes on.",
        ),
        RetryRule(ChannelUnusable, RetryAction.FAIL, reason="Someone has to correct the Connection."),
        RetryRule(SettingRefused, RetryAction.FAIL, reason="Someone has to correct the environment."),
    ),
    # fewer than elsewhere: the next run does the same, and waits until this one has ended
    "retries": 2,
}


# It waits for no sync: not in their pool, and first in line for a worker.
@task(inlets=[MONITORING], execution_timeout=timedelta(minutes=5), priority_weight=1_000)
def watch(asset_state_store: Any = None) -> None:
    """Look at all data sources and tell what changed."""
    from include.monitoring import steps

    def look_and_tell() -> dict[str, Any]:
        refuse_unknown_parameters()
        return steps.watch(asset_state_store)

    run_step(look_and_tell, "looking after the data sources", steps.explain)


with DAG(
    "bigcommerce_monitoring",
    dag_display_name="Monitoring",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(os.environ.get(CRON_SETTING) or EVERY_5_MINUTES, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["bigcommerce"],
    default_args=DEFAULT_ARGUMENTS,
):
    watch()
