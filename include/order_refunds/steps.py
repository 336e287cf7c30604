"""Sends the refunds and cancellations of one store, alone or after the push of its orders."""

from __future__ import annotations

import logging
from typing import Any, get_args

import psycopg

from include.bigcommerce.errors import CredentialsError, TryLater
from include.connections.crm import open_crm
from include.connections.store import open_store
from include.crm import data_sources, reversal_ledger
from include.crm.order_ledger_rows import Outcome
from include.crm.reversal_ledger_rows import Kind
from include.metrics.catalogue import REFUND_OUTCOMES
from include.order_push import steps as order_push
from include.order_push.run_request import PushRequest
from include.order_refunds import summary
from include.order_refunds.worker import Worker

log = logging.getLogger(__name__)

# Seconds after which a call gives up. An unavailable store fails MOST_FAILURES_IN_A_ROW calls before the run
# ends; together they may take no longer than one call of the order push (include/order_push/time_limits.py).
PATIENCE_SECONDS = 20.0


def push_and_follow(store_hash: str, request: PushRequest) -> dict[str, Any]:
    """Push the store's orders, then their refunds and cancellations, as {summary, counts}.

    If the push fails because of some orders, refunds are sent all the same, and then its error is raised.
    Raises at once if the store accepts nothing at all, or the database is unavailable.
    """
    try:
        pushed = order_push.push(store_hash, request)
    except (CredentialsError, TryLater, psycopg.Error):
        raise
    except Exception as push_error:
        if not request.dry_run:
            try:
                follow(store_hash)
            except Exception as error:
                raise push_error from error
        raise
    if request.dry_run:
        return pushed
    followed = follow(store_hash)
    return {
        **pushed,
        "summary": "; ".join(filter(None, [pushed["summary"], followed["summary"]])),
        "counts": {**pushed["counts"], "reversals": followed["counts"]},
    }


def follow(store_hash: str) -> dict[str, Any]:
    """Carry the refunds and cancellations of one store to BigCommerce, as {summary, counts}.

    The store gets no request if none is due. Raises BigCommerceError if it accepts nothing at all.
    """
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        if source.state != "active" or source.is_paused:
            return {"summary": "", "counts": {}}
        reversal_ledger.select_new(crm, source.data_source_id)
        is_due = reversal_ledger.is_due(crm, source.data_source_id)
        crm.commit()
        if not is_due:
            return {"summary": "", "counts": {}}
        with open_store(store_hash, patience=PATIENCE_SECONDS) as client:
            worker = Worker(crm, client, source)
            try:
                worker.run()
            finally:
                for kind in get_args(Kind):
                    for outcome in get_args(Outcome):
                        REFUND_OUTCOMES.add(
                            worker.outcomes[kind, outcome], store=store_hash, kind=kind, outcome=outcome
                        )
        ledger = reversal_ledger.counts(crm, source.data_source_id)
        crm.commit()
    summed_up = summary.sentence(worker.outcomes, ledger)
    log.info(summed_up)
    counts = {f"{kind} {outcome}": number for (kind, outcome), number in worker.outcomes.items()}
    return {"summary": summed_up, "counts": counts}
