"""The check that the Airflow task runs: find problems, announce what is new, send it, confirm the delivery.

A report that no channel accepted is withdrawn, and is still news at the next check. A report that was
announced and then neither withdrawn nor confirmed was left behind by a crash: the current state of that
problem is reported, although it may have been reported before. So everything is reported at least once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import psycopg

from include.connections.crm import open_crm
from include.crm import sync_runs
from include.crm.alerts import announce, confirm, last_reports, withdraw
from include.crm.database import Connection
from include.crm.problems import find_problems
from include.database_errors import DatabaseError
from include.errors import actionable
from include.monitoring import gauges, own_outage
from include.monitoring.channel import HOW_TO_SET, NO_CHANNEL, is_set, saved_extra, send
from include.monitoring.digest import Message, digest
from include.monitoring.errors import AlertError, ChannelNotSet
from include.monitoring.own_outage import Memory
from include.monitoring.problem_changes import find_changes
from include.monitoring.settings import read_settings
from include.outside_text import shorten
from include.plurals import count_of
from include.tasks.airflow_urls import airflow_url

STATEMENT_TIMEOUT_SECONDS = 60
LONGEST_SUMMARY = 1_000  # characters, the limit of a run's note

log = logging.getLogger(__name__)


def watch(memory: Memory, has_ended: Callable[[str, str], bool] = lambda *_: False) -> dict[str, Any]:
    """Check all data sources and report what changed. Returns {summary, reported, open}.

    `memory` outlives the run. `has_ended` says whether a run of a DAG, given by their ids, is over. Raises
    AlertError, and any error that prevents the check, e.g. DatabaseError, after reporting it.
    """
    try:
        with open_crm(statement_timeout=STATEMENT_TIMEOUT_SECONDS) as crm:
            _send_gauges(crm)
            sync_runs.close_killed(crm)
            sync_runs.close_ended(crm, has_ended)
            return _check_and_report(crm, memory)
    except AlertError:
        raise
    except Exception as error:  # whatever it is, nobody checks the data sources meanwhile
        _report_outage(memory, error)
        raise


def _send_gauges(crm: Connection) -> None:
    try:
        gauges.send_gauges(crm)
    except (psycopg.Error, DatabaseError):  # alerts matter more than numbers
        log.exception("The gauges could not be sent.")
    crm.rollback()


def _check_and_report(crm: Connection, memory: Memory) -> dict[str, Any]:
    settings = read_settings(saved_extra())
    found = find_problems(crm, settings.orders_after_minutes)
    problems = [each for each in found if each.kind in settings.kinds]
    # the end of a problem is no news either if nobody wants to hear of its kind
    reported = [each for each in last_reports(crm) if each.kind in settings.kinds]
    changes = find_changes(problems, reported, now=datetime.now(timezone.utc), quiet=settings.quiet)
    state = count_of(len(problems), "open problem") if problems else "no problems"
    counts = {"reported": len(changes), "open": len(problems)}
    works_again = own_outage.recovery(memory)
    message = digest(changes, airflow_url(), first=works_again or "")
    announced = announce(crm, [each.report for each in changes])
    crm.commit()
    if message:
        log.info("%s\n%s", message.title, message.body)
        try:
            send(message)
        except AlertError as undelivered:
            withdraw(crm, announced)
            crm.commit()
            if isinstance(undelivered, ChannelNotSet):
                return {**counts, "reported": 0, "summary": _not_sent(message, undelivered)}
            raise
    confirm(crm)
    crm.commit()
    if works_again is not None:
        own_outage.forget(memory)
    return {**counts, "summary": f"{message.title}; {state}" if message else _no_news(state)}


def _no_news(state: str) -> str:
    """People without a channel must learn that before something goes wrong."""
    return f"No news; {state}" + (
        "" if is_set() else f". No alerts will be delivered. {NO_CHANNEL} {HOW_TO_SET}"
    )


def _not_sent(message: Message, not_set: ChannelNotSet) -> str:
    return shorten(f"Not sent: {message.title}. {not_set}\n\n{message.body}", LONGEST_SUMMARY)


def _report_outage(memory: Memory, error: Exception) -> None:
    try:
        reason = str(actionable(error, "checking the data sources"))
        own_outage.record(memory, reason, datetime.now(timezone.utc))
    except AlertError as undelivered:  # the error itself matters more
        log.warning("The outage could not be reported: %s", undelivered)
