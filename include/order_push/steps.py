"""The order push, the reconciliation and the check after a restore, each for one store.

Tasks and the command line call these functions; each opens connections of its own.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args

from include.bigcommerce.errors import BigCommerceError
from include.connections.crm import open_crm
from include.connections.lookup import ConnectionMissing
from include.connections.store import open_store
from include.crm import data_sources, order_ledger_counts
from include.crm.currency_codes import store_currency
from include.crm.data_sources import DataSource
from include.crm.database import Connection
from include.crm.order_ledger_rows import Outcome
from include.ledger.lease import worker_name
from include.metrics.catalogue import ORDER_OUTCOMES
from include.order_push import summary
from include.order_push.dry_run import plan
from include.order_push.errors import FoundTwice, PushedDifferently
from include.order_push.reconcile import Reconciliation, reconcile
from include.order_push.restore import LostOrder, find_unrecorded, hold_unrecorded, lost_orders
from include.order_push.run_request import PushRequest
from include.order_push.selection import add_to_ledger, to_be_sent
from include.order_push.time_limits import THOROUGH, TimeLimits
from include.order_push.worker import Worker
from include.plurals import count_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """Orders that a store has and a restored database does not know: those held back, and lost ones.

    `failure` says why the store could not be read; empty if it could.
    """

    store_hash: str
    store_name: str
    held: int
    lost: list[LostOrder]
    failure: str


def push(store_hash: str, request: PushRequest, limits: TimeLimits = THOROUGH) -> dict[str, Any]:
    """Push the requested orders, and every other order of the store that is due, as {summary, counts}.

    Raises PushedDifferently and FoundTwice after everything else is done, and BigCommerceError if the store
    accepts nothing at all.
    """
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        if why := _why_nothing_is_pushed(source):
            return {"summary": f"{source.store_name}: nothing is pushed, because {why}", "counts": {}}
        currency = store_currency(crm, source)
        order_ids = to_be_sent(crm, source, request)
        crm.commit()
        if request.dry_run:
            return _dry_run(crm, source, order_ids)
        with ExitStack() as opened:
            name = worker_name()
            locked: list[int] = []
            try:
                client = opened.enter_context(open_store(store_hash, patience=limits.patience))
                # an order that arrives in between waits for the next run, which asks the store again
                if order_ids:
                    find_unrecorded(crm, client, source, order_ids)
            finally:  # while the store cannot be read, they wait in the ledger, where people see them
                if order_ids:
                    locked = add_to_ledger(crm, source, request)
                    hold_unrecorded(crm, source, name)
                    crm.commit()
            worker = Worker(crm, client, source, currency, name, limits=limits)
            try:
                worker.run()
            finally:
                for outcome in get_args(Outcome):
                    ORDER_OUTCOMES.add(worker.outcomes[outcome], store=store_hash, outcome=outcome)
        ledger = order_ledger_counts.counts(crm, source.data_source_id)
        crm.commit()
    summed_up = summary.sentence(source.store_name, worker.outcomes, ledger, locked)
    log.info(summed_up)
    if worker.warnings:
        raise PushedDifferently(summed_up, worker.warnings)
    if ledger.found_twice:
        raise FoundTwice(summed_up)
    return {"summary": summed_up, "counts": {**worker.outcomes, **asdict(ledger)}}


def compare(store_hash: str, from_time: datetime, to_time: datetime) -> Reconciliation:
    """Compare the orders completed in [from_time, to_time) with the store's, and keep the findings."""
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        with open_store(store_hash) as client:
            compared = reconcile(crm, client, source, from_time, to_time)
        crm.commit()
    for finding in compared.findings:
        log.warning(finding.sentence)
    return compared


def after_restore(store_hash: str | None = None) -> list[Restored]:
    """Ask each active store, or the given one, for orders of ours that a restored database does not know.

    Nothing is sent. The next run looks up the orders that the store has already, and so adopts them. A store
    that cannot be read does not keep the others from being read.
    """
    found = []
    with open_crm() as crm:
        known = [data_sources.required(crm, store_hash)] if store_hash else data_sources.list_all(crm)
        for source in known:
            if source.state != "active":
                continue
            crm.commit()
            failure = ""
            try:
                with open_store(source.store_hash) as client:
                    find_unrecorded(crm, client, source, [])
            except (BigCommerceError, ConnectionMissing) as error:
                failure = str(error)
            held = hold_unrecorded(crm, source, worker_name())
            lost = lost_orders(crm, source)
            crm.commit()
            found.append(Restored(source.store_hash, source.store_name, held, lost, failure))
    return found


def _why_nothing_is_pushed(source: DataSource) -> str:
    """Empty if the store's orders are pushed."""
    if source.state != "active":
        return "it is deactivated"
    if source.is_paused:
        return "it is paused"
    return "" if source.campaign_id else "no products are synced yet"


def _dry_run(crm: Connection, source: DataSource, order_ids: list[int]) -> dict[str, Any]:
    """Log what would be sent, as {summary, counts, orders}: one sentence for each order."""
    sent = rejected = 0
    sentences = []
    for planned in plan(crm, source, order_ids):
        rejected += bool(planned.problem)
        sent += not planned.problem
        sentences.append(planned.sentence)
        log.info(planned.sentence)
    summed_up = (
        f"{source.store_name}: dry run, nothing was sent. {count_of(sent, 'order')} would be sent, "
        f"{rejected:,} would be rejected"
    )
    return {
        "summary": summed_up,
        "counts": {"would_be_sent": sent, "would_be_rejected": rejected},
        "orders": sentences,
    }
