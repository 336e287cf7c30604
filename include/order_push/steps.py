"""The order push as an Airflow task, or anyone else, calls it: one store, over connections of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

import psycopg

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.connections import ConnectionMissing, open_crm, open_store
from include.crm import data_sources, order_ledger, orders
from include.crm.data_sources import DataSource
from include.crm.database import fetch_all, fetch_one
from include.crm.order_ledger import Outcome, RequestedBy
from include.metrics.catalogue import ORDER_OUTCOMES
from include.order_push import summary
from include.order_push.errors import FoundTwice
from include.order_push.reconcile import Reconciliation, reconcile
from include.order_push.restore import LostOrder, find_unrecorded, hold_unrecorded, lost_orders
from include.order_push.translate import CannotTranslate, translate
from include.order_push.worker import Worker, worker_name

Connection = psycopg.Connection[Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PushRequest:
    """Which orders a run is asked to push: what is new, or those named or completed in [from_time, to_time).

    Asked for by name or time, orders from before the switch are sent too, and rejected ones are tried again.
    """

    requested_by: RequestedBy = "schedule"
    order_ids: tuple[int, ...] = ()
    from_time: datetime | None = None
    to_time: datetime | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Restored:
    """What a store has that a restored database does not know: orders not sent again, and lost ones.

    `failure`: why the store could not be asked, empty if it could.
    """

    store_hash: str
    store_name: str
    held: int
    lost: list[LostOrder]
    failure: str


def push(store_hash: str, request: PushRequest) -> dict[str, Any]:
    """Push what is asked for, and whatever else of the store is due. Gives {summary, counts}.

    Raises FoundTwice after everything else was done; BigCommerceError if the store lets nothing through.
    """
    with open_crm() as crm:
        source = data_sources.required(crm, store_hash)
        if source.state != "active" or source.campaign_id is None:
            why = "no products are synced yet" if source.state == "active" else "it is deactivated"
            return {"summary": f"{source.store_name}: nothing is pushed, for {why}", "counts": {}}
        currency = fetch_one(crm, "order_push/campaign_currency", campaign_id=source.campaign_id)
        assert currency is not None
        order_ids = _to_be_sent(crm, source, request)
        crm.commit()
        if request.dry_run:
            return _dry_run(crm, source, order_ids, currency["currency_code"])
        with open_store(store_hash) as client:
            worker = Worker(crm, client, source, currency["currency_code"])
            try:
                # what comes in between waits for the next run, which asks the store anew
                if order_ids:
                    _ask_first(crm, client, source, request, order_ids, worker.name)
                worker.run()
            finally:
                for outcome in get_args(Outcome):
                    ORDER_OUTCOMES.add(worker.outcomes[outcome], store=store_hash, outcome=outcome)
        ledger = order_ledger.counts(crm, source.data_source_id)
        crm.commit()
    told = summary.sentence(source.store_name, worker.outcomes, ledger)
    log.info(told)
    if ledger["doubled"]:
        raise FoundTwice(told)
    return {"summary": told, "counts": {**worker.outcomes, **ledger}}


def compare(store_hash: str, from_time: datetime, to_time: datetime) -> Reconciliation:
    """Compare the orders completed in [from_time, to_time) with the store's, and keep what was found."""
    with open_crm() as crm, open_store(store_hash) as client:
        source = data_sources.required(crm, store_hash)
        compared = reconcile(crm, client, source, from_time, to_time)
        crm.commit()
    for finding in compared.findings:
        log.warning(finding.sentence)
    return compared


def after_restore(store_hash: str | None = None) -> list[Restored]:
    """Ask each active store, or that one, what of ours it has that a restored database does not know.

    Nothing is sent. What the store has already is looked up, and so adopted, by the next run. A store that
    cannot be asked keeps none of the others from being asked.
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


def _to_be_sent(crm: Connection, source: DataSource, request: PushRequest) -> list[int]:
    """What the run is asked for, and unless it is a dry run, whatever else waits."""
    chosen = _chosen(crm, source, request) if _is_selective(request) else []
    if request.dry_run and _is_selective(request):
        return chosen
    rows = fetch_all(crm, "order_push/waiting", data_source_id=source.data_source_id)
    return sorted({*chosen, *(row["order_id"] for row in rows)})


def _ask_first(
    crm: Connection,
    client: StoreClient,
    source: DataSource,
    request: PushRequest,
    order_ids: list[int],
    worker: str,
) -> None:
    """Put the orders into the ledger, and hold those that the store has already."""
    try:
        find_unrecorded(crm, client, source, order_ids)
    finally:  # while the store cannot be asked they wait in the ledger, where people see them
        _select(crm, source, request)
        hold_unrecorded(crm, source, worker)
        crm.commit()


def _is_selective(request: PushRequest) -> bool:
    return bool(request.order_ids or request.from_time)


def _chosen(crm: Connection, source: DataSource, request: PushRequest) -> list[int]:
    return order_ledger.chosen(
        crm,
        source.data_source_id,
        order_ids=list(request.order_ids),
        from_time=request.from_time,
        to_time=request.to_time,
    )


def _select(crm: Connection, source: DataSource, request: PushRequest) -> None:
    if _is_selective(request):
        order_ids = _chosen(crm, source, request)
        order_ledger.request(crm, source.data_source_id, order_ids, request.requested_by)
    else:
        order_ledger.select_new(crm, source.data_source_id)


def _dry_run(crm: Connection, source: DataSource, order_ids: list[int], currency: str) -> dict[str, Any]:
    """Say in the log what would be sent; nothing is written anywhere, and the store is not asked.

    Gives {summary, counts, orders}: a sentence for each order.
    """
    sent = rejected = 0
    told_of_orders = []
    for order_id, order in sorted(orders.read(crm, order_ids).items()):
        try:
            translate(order, status_id=source.send_order_status_id, store_currency=currency)
        except CannotTranslate as error:
            rejected += 1
            would_be = f"rejected: {error.reason} {error.next_step}"
        else:
            sent += 1
            would_be = f"sent: {len(order.lines)} lines, {order.total_amount} {order.currency_code}"
        told_of_orders.append(f"Order {order_id} would be {would_be}")
        log.info(told_of_orders[-1])
    told = (
        f"{source.store_name}: dry run, nothing was sent. {sent:,} orders would be sent, "
        f"{rejected:,} would be rejected"
    )
    return {
        "summary": told,
        "counts": {"would_be_sent": sent, "would_be_rejected": rejected},
        "orders": told_of_orders,
    }
