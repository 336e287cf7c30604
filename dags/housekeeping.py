"""Deletes old data from the CRM's database, and checks the redirect scripts and the webhooks in the stores.

| task | what it does |
| --- | --- |
| tidy_up | deletes old rows, so that the database stays small and fast |
| check_redirects | asks each store with a checkout redirect for its script: one request each |
| check_webhooks | asks each store with webhooks for them: one request each |

| what | kept for | setting, and parameter |
| --- | --- | --- |
| raw pages of syncs that failed or were stopped | 7 days | `BIGCOMMERCE_KEEP_PAGES_DAYS` |
| syncs, with their warnings | 90 days | `BIGCOMMERCE_KEEP_SYNCS_DAYS` |
| history of orders that are in BigCommerce | 365 days | `BIGCOMMERCE_KEEP_ATTEMPTS_DAYS` |
| the same of refunds and cancellations | 365 days | `BIGCOMMERCE_KEEP_REVERSAL_ATTEMPTS_DAYS` |
| reconciliations, with their differences | 365 days | `BIGCOMMERCE_KEEP_RECONCILIATIONS_DAYS` |
| alerts | 365 days | `BIGCOMMERCE_KEEP_ALERTS_DAYS` |
| previews of price changes that nobody applied | 2 days | `BIGCOMMERCE_KEEP_PRICE_PREVIEWS_DAYS` |
| handled hints that something changed in a store | 14 days | `BIGCOMMERCE_KEEP_CHANGE_HINTS_DAYS` |

**These are kept, however old they are:** all products, prices and overrides; the newest 20 syncs of each
store, its newest *Completed* sync and the syncs that the page's filters use; every running sync; the state
of each order, refund and cancellation, and the whole history of those that wait, are unclear or were
rejected; the newest reconciliation of each store; the last alert about each problem.

A redirect script that is missing or outdated is installed again. One that the merchant removed
or disabled is left to people: **Admin → Data Sources**, the store, **Checkout redirect** says so, and there
is an alert. Webhooks that are missing, inactive or not as they should be are made again.

**When it runs:** every day at 04:30 UTC (the setting `BIGCOMMERCE_HOUSEKEEPING_CRON` changes that). Syncs
and order pushes go on meanwhile, because it works in small steps and skips rows that are in use.

**To see what would be deleted**, trigger it with **Dry run**; scripts and webhooks are not checked then. **To
keep something forever**, set it to `forever`, or leave the field empty when you trigger a run.

**When a run failed**, its note says why. The next run deletes what is left, so nothing needs to be done
unless it fails for days. An import error that names a setting means that the value of this setting is not
valid; nothing is deleted until it is corrected.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task

from include.dag_ids import HOUSEKEEPING
from include.housekeeping.retention import KINDS
from include.tasks.retry_policy import retries
from include.tasks.run_step import run_step

# When it runs, as a cron expression in UTC.
CRON_SETTING = "BIGCOMMERCE_HOUSEKEEPING_CRON"
AT_NIGHT = "30 4 * * *"

PARAMS = {
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only count what would be deleted. Deletes nothing.",
    ),
    **{
        kind.param: Param(
            kind.days(os.environ),
            type=["null", "integer"],
            minimum=kind.least_days,
            title=kind.title,
            description=f"{kind.description} At least {kind.least_days}. Empty: forever.",
        )
        for kind in KINDS
    },
}


@task(execution_timeout=timedelta(hours=4))
def tidy_up() -> None:
    """Delete old rows."""
    from include.housekeeping import steps

    def delete() -> dict[str, Any]:
        params = get_current_context()["params"]
        return steps.tidy_up({kind.name: params[kind.param] for kind in KINDS}, dry_run=params["dry_run"])

    run_step(delete, doing="deleting old rows")


@task(execution_timeout=timedelta(hours=1))
def check_redirects() -> None:
    """Check the redirect scripts of all stores."""
    from include.checkout import steps

    _check(steps.check_all, "redirect scripts")


@task(execution_timeout=timedelta(hours=1))
def check_webhooks() -> None:
    """Check the webhooks of all stores."""
    from include.store_hooks import steps

    _check(steps.check_all, "webhooks")


def _check(check: Callable[[], dict[str, Any]], what: str) -> None:
    is_dry = get_current_context()["params"]["dry_run"]
    skipped = {"summary": f"Dry run: no {what} were checked"}
    run_step(lambda: skipped if is_dry else check(), doing=f"checking {what}")


with DAG(
    HOUSEKEEPING,
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
    check_redirects()
    check_webhooks()
