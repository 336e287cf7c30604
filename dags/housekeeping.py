"""Deletes what nobody needs any more from the CRM's database, so that it stays small and fast.

| what | kept for | setting, and Param |
| --- | --- | --- |
| raw pages of syncs that failed or were stopped | 7 days | `BIGCOMMERCE_KEEP_PAGES_DAYS` |
| syncs, with their warnings | 90 days | `BIGCOMMERCE_KEEP_SYNCS_DAYS` |
| history of orders that BigCommerce has | 365 days | `BIGCOMMERCE_KEEP_ATTEMPTS_DAYS` |
| reconciliations, with what they found | 365 days | `BIGCOMMERCE_KEEP_RECONCILIATIONS_DAYS` |
| alerts | 365 days | `BIGCOMMERCE_KEEP_ALERTS_DAYS` |

**What stays, however old:** of each store the newest 20 syncs, the newest that was *Completed* and those that
the page's filters go by; what is under way; of each order whether it was pushed, and the whole history of one
that waits, is uncertain or was rejected; the newest reconciliation of each store; what people were told last
of each trouble; all products, prices and overrides.

**When it runs:** every day at 04:30 UTC (the setting `BIGCOMMERCE_HOUSEKEEPING_CRON` changes that). Syncs and
order pushes go on meanwhile: it works in small steps, and passes over what somebody holds.

**To see what would go**, trigger it with **Dry run**. **To keep something for ever**, set it to `forever`, or
leave the field of one run empty.

**When it is red**, the run's note says why. What was not deleted is deleted by the next run; nothing has to
be done unless it stays red for days. An import error that names a setting means that this setting cannot be
understood: until it is mended, nothing is deleted.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task

from include.housekeeping.retention import KINDS
from include.tasks.retry_policy import retries
from include.tasks.run_step import refuse_unknown_parameters, run_step

# When it runs, as a cron expression in UTC.
CRON_SETTING = "BIGCOMMERCE_HOUSEKEEPING_CRON"
AT_NIGHT = "30 4 * * *"

PARAMS = {
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only say how much would be deleted. Deletes nothing.",
    ),
    **{
        kind.param: Param(
            kind.days(os.environ),
            type=["null", "integer"],
            minimum=kind.least_days,
            title=kind.title,
            description=f"{kind.description} At least {kind.least_days}; empty: for ever.",
        )
        for kind in KINDS
    },
}


@task(execution_timeout=timedelta(hours=4))
def tidy_up() -> None:
    """Delete what is old enough."""
    from include.housekeeping import steps

    def delete() -> dict[str, Any]:
        refuse_unknown_parameters()
        params = get_current_context()["params"]
        return steps.tidy_up({kind.name: params[kind.param] for kind in KINDS}, dry_run=params["dry_run"])

    run_step(delete, "deleting what is old", steps.explain)


with DAG(
    "bigcommerce_housekeeping",
    dag_display_name="Housekeeping",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(os.environ.get(CRON_SETTING) or AT_NIGHT, timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["bigcommerce", "housekeeping"],
    params=PARAMS,
    default_args={"owner": "bigcommerce", **retries()},
):
    tidy_up()
