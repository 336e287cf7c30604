"""The watch as the Airflow task calls it: look, announce what is new, tell it, confirm that it was told.

A channel that is away loses nothing: what was not taken is withdrawn, and still news at the next look. What
was announced and neither withdrawn nor confirmed was left by a crash: people are told how that stands now,
though they may hear it twice. At least once, never not at all.
"""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

import psycopg
from airflow.sdk.configuration import conf

from include.connections import open_crm
from include.database_errors import DatabaseError
from include.errors import actionable
from include.monitoring import gauges, outage
from include.monitoring.channel import NOT_SET, is_set, send
from include.monitoring.digest import Message, digest
from include.monitoring.errors import AlertError, ChannelNotSet
from include.monitoring.news import news_of
from include.monitoring.outage import Memory
from include.monitoring.problems import announce, confirm, read_known, read_troubles, withdraw
from include.monitoring.settings import read_settings

Connection = psycopg.Connection[Any]
STATEMENT_TIMEOUT_SECONDS = 60
LONGEST_SUMMARY = 1_000  # characters; the run's note has no more

log = logging.getLogger(__name__)


def watch(memory: Memory) -> dict[str, Any]:
    """Look at all data sources and tell what changed. Gives {summary, told, open}: a sentence and counts.

    `memory` outlives the run. Raises AlertError; and whatever keeps it from looking, e.g.
    DatabaseError, after people were told of that.
    """
    try:
        with open_crm(statement_timeout=STATEMENT_TIMEOUT_SECONDS) as crm:
            _measure(crm)
            return _look_and_tell(crm, memory)
    except AlertError:
        raise
    except Exception as error:  # whatever it is, nobody watches meanwhile
        _tell_of_outage(memory, error)
        raise


def base_url() -> str:
    """Where people find Airflow."""
    return str(conf.get("api", "base_url", fallback="http://localhost:8080"))


def _measure(crm: Connection) -> None:
    try:
        gauges.report(crm)
    except (psycopg.Error, DatabaseError):  # alerts matter more than gauges
        log.exception("The gauges could not be measured.")
    crm.rollback()


def _look_and_tell(crm: Connection, memory: Memory) -> dict[str, Any]:
    settings = read_settings()
    troubles = read_troubles(crm, settings.orders_after_minutes)
    news = news_of(troubles, read_known(crm), now=datetime.now(timezone.utc), quiet=settings.quiet)
    standing = f"{len(troubles):,} open" if troubles else "all is well"
    counts = {"told": len(news), "open": len(troubles)}
    watched_again = outage.recovery(memory)
    message = digest(news, base_url(), first=watched_again or "")
    announced = announce(crm, news)
    crm.commit()
    if message:
        log.info("%s\n%s", message.title, message.body)
        try:
            send(message)
        except AlertError as untold:
            withdraw(crm, announced)
            crm.commit()
            if isinstance(untold, ChannelNotSet):
                return {**counts, "told": 0, "summary": _untold(message, untold)}
            raise
    confirm(crm)
    crm.commit()
    if watched_again is not None:
        outage.forget(memory)
    return {**counts, "summary": f"{message.title}; {standing}" if message else _no_news(standing)}


def _no_news(standing: str) -> str:
    """Who has no channel must not learn of it only when something is wrong."""
    return f"No news; {standing}" + ("" if is_set() else f". Of anything else nobody would hear. {NOT_SET}")


def _untold(message: Message, not_set: ChannelNotSet) -> str:
    summary = f"Nobody was told: {message.title}. {not_set}\n\n{message.body}"
    return summary if len(summary) <= LONGEST_SUMMARY else f"{summary[: LONGEST_SUMMARY - 1]}…"


def _tell_of_outage(memory: Memory, error: Exception) -> None:
    try:
        reason = str(actionable(error, "checking the data sources"))
        outage.begin(memory, reason, datetime.now(timezone.utc))
    except AlertError as untold:  # the error itself matters more
        log.warning("Nobody could be told: %s", untold)
