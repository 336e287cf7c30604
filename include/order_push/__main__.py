"""python -m include.order_push COMMAND

Commands: list, show, retry, dismiss, reopen, resolve, push, reconcile, after-restore.

Shows the status of orders on their way to BigCommerce, and retries, dismisses, resolves, pushes and compares
them. Exit codes: see include/command_line.py; `reconcile` ends with 1 if the two sides differ,
`after-restore` if the CRM lost orders or a store could not be read.
"""

from __future__ import annotations

import argparse
import sys
from typing import get_args

from include.argument_types import positive
from include.command_line import Verbs, add_period, add_store, add_store_filter, add_verb, person, run
from include.connections.crm import open_crm
from include.crm import data_sources, order_decisions, order_ledger, order_ledger_pages
from include.crm.order_ledger_pages import OrderMark, WantedOrders
from include.ledger.options import add_because, add_finding, add_limit, add_state
from include.order_push import decisions, order_status, report, steps
from include.order_push.errors import NotDecided, NotPushed, NotReconciled, NotRetried, UnclearRequest
from include.order_push.resolve import resolve
from include.order_push.run_request import PushRequest, read_span
from include.plurals import count_of

# The orders of a period, as the help says it.
COMPLETED = ("completed from then on", "completed before then")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _list(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        if options.mark:
            store = data_sources.required(crm, options.store) if options.store else None
            data_source_ids = (store.data_source_id,) if store else None
            rows = order_ledger_pages.page(
                crm, WantedOrders(data_source_ids, mark=options.mark), limit=options.limit
            )
        else:
            rows = order_ledger.find(crm, store_hash=options.store, state=options.state, limit=options.limit)
    report.listing(rows, options.limit, as_json=options.json)


def _show(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        statuses = order_status.order_statuses(crm, options.order_id)
    report.show(statuses, as_json=options.json)


def _retry(options: argparse.Namespace) -> None:
    if bool(options.order_ids) == options.all_rejected:
        raise UnclearRequest("Name the orders to retry, or give --all-rejected.")
    with open_crm() as crm:
        order_ids = options.order_ids or [
            row.order_id
            for row in order_ledger.find(crm, store_hash=options.store, state="rejected", limit=None)
        ]
        retried = order_decisions.retry(crm, order_ids, store_hash=options.store, worker=person())
        crm.commit()
        report.retried(retried, as_json=options.json)
        left = sorted(set(order_ids) - set(retried))
        if left:
            raise NotRetried("\n".join(order_status.why_not_retried(crm, order_id) for order_id in left))


def _dismiss(options: argparse.Namespace) -> None:
    because = decisions.read_because(options.because)
    with open_crm() as crm:
        decided = decisions.dismiss(
            crm, options.order_ids, because=because, store_hash=options.store, person=person()
        )
        crm.commit()
    report.decided("dismissed", decided.order_ids, as_json=options.json)
    if decided.left:
        raise NotDecided("\n".join(decided.left.values()), "Only rejected orders can be dismissed.")


def _reopen(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        decided = decisions.reopen(crm, options.order_ids, store_hash=options.store, person=person())
        crm.commit()
    report.decided("reopened", decided.order_ids, as_json=options.json)
    if decided.left:
        raise NotDecided("\n".join(decided.left.values()), "Only dismissed orders can be reopened.")


def _resolve(options: argparse.Namespace) -> None:
    sentence = resolve(
        options.order_id,
        bigcommerce_order_id=options.bigcommerce_order,
        store_hash=options.store,
        person=person(),
    )
    report.resolved(sentence, as_json=options.json)


def _push(options: argparse.Namespace) -> None:
    from_time, to_time = read_span(options.from_time, options.to_time) or (None, None)
    request = PushRequest("manual", tuple(options.order_id), from_time, to_time, options.dry_run)
    with open_crm() as crm:
        left = order_status.why_not_pushed(crm, options.store_hash, options.order_id)
    report.pushed(steps.push(options.store_hash, request), as_json=options.json)
    if left:
        raise NotPushed("\n".join(left))


def _reconcile(options: argparse.Namespace) -> None:
    span = read_span(options.from_time, options.to_time)
    assert span is not None  # both are required
    compared = steps.compare(options.store_hash, *span)
    report.reconciled(compared, as_json=options.json)
    if compared.findings:
        raise NotReconciled(compared.summary)


def _after_restore(options: argparse.Namespace) -> None:
    stores = steps.after_restore(options.store)
    report.restored(stores, as_json=options.json)
    if unread := [store.store_hash for store in stores if store.failure]:
        raise NotReconciled(
            f"These stores could not be read: {', '.join(unread)}.",
            "Fix the problem of each, then repeat the command.",
        )
    if number := sum(len(store.lost) for store in stores):
        raise NotReconciled(
            f"The CRM lost {count_of(number, 'order')} that BigCommerce has.",
            "Enter each in the CRM again, with its id and date as above; docs/backup.md says how.",
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.order_push", description="Orders on their way to BigCommerce."
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)
    _add_verbs_that_show(verbs)
    _add_verbs_that_decide(verbs)
    _add_verbs_for_a_store(verbs)
    return parser


def _add_verbs_that_show(verbs: Verbs) -> None:
    listing = add_verb(verbs, "list", _list, "Orders in the ledger, newest first.")
    add_store_filter(listing)
    filters = listing.add_mutually_exclusive_group()
    filters.add_argument(
        "--mark", choices=get_args(OrderMark), metavar="MARK", help=", ".join(get_args(OrderMark))
    )
    add_state(filters)
    add_limit(listing)

    show = add_verb(
        verbs, "show", _show, "The status of an order, the reason, the next step and all attempts."
    )
    show.add_argument("order_id", type=positive, metavar="ORDER_ID")


def _add_verbs_that_decide(verbs: Verbs) -> None:
    retry = add_verb(
        verbs, "retry", _retry, "Retry rejected orders, and look up those found twice once more."
    )
    retry.add_argument("order_ids", type=positive, nargs="*", metavar="ORDER_ID")
    retry.add_argument("--all-rejected", action="store_true", help="all rejected orders")
    add_store_filter(retry)

    dismiss = add_verb(verbs, "dismiss", _dismiss, "Record that rejected orders are never to be sent.")
    dismiss.add_argument("order_ids", type=positive, nargs="+", metavar="ORDER_ID")
    add_because(dismiss)
    add_store_filter(dismiss)

    reopen = add_verb(verbs, "reopen", _reopen, "Take dismissals back: the orders are rejected again.")
    reopen.add_argument("order_ids", type=positive, nargs="+", metavar="ORDER_ID")
    add_store_filter(reopen)

    resolving = add_verb(
        verbs,
        "resolve",
        _resolve,
        "Record whether BigCommerce has an order that look-ups cannot settle; search for it there first.",
    )
    resolving.add_argument("order_id", type=positive, metavar="ORDER_ID")
    add_finding(resolving, "order")
    add_store_filter(resolving)


def _add_verbs_for_a_store(verbs: Verbs) -> None:
    push = add_verb(
        verbs, "push", _push, "Push a store's orders now: those that are due, and those requested."
    )
    add_store(push)
    push.add_argument(
        "--order-id", type=positive, action="append", default=[], help="may be given several times"
    )
    add_period(push, *COMPLETED, required=False)
    push.add_argument("--dry-run", action="store_true", help="say what would be sent, and write nothing")

    reconcile = add_verb(verbs, "reconcile", _reconcile, "Compare a store's orders on both sides.")
    add_store(reconcile)
    add_period(reconcile, *COMPLETED, required=True)

    after_restore = add_verb(
        verbs,
        "after-restore",
        _after_restore,
        "After the CRM's database was restored from a backup: find the orders sent since; sends nothing.",
    )
    add_store_filter(after_restore)


if __name__ == "__main__":
    sys.exit(main())
