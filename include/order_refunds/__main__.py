"""python -m include.order_refunds COMMAND

Commands: list, show, retry, dismiss, resolve, mark-refunded, push.

Shows where refunds and cancellations stand on their way to BigCommerce, and retries, dismisses, resolves and
sends them. Exit codes: see include/command_line.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.argument_types import positive
from include.command_line import add_store, add_store_filter, add_verb, person, run
from include.connections.crm import open_crm
from include.crm import reversal_ledger
from include.crm.database import Connection
from include.crm.reversal_ledger_rows import ReversalRow
from include.ledger.options import add_because, add_finding, add_limit, add_state
from include.order_push.errors import UnclearRequest
from include.order_refunds import decisions, report, steps
from include.order_refunds.decisions import Decided
from include.order_refunds.errors import NoSuchReversal, NotRequeued
from include.order_refunds.mark_refunded import mark_refunded
from include.order_refunds.resolve import resolve


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    return run(_parser().parse_args(arguments))


def _list(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        rows = reversal_ledger.find(crm, store_hash=options.store, state=options.state, limit=options.limit)
    report.listing(rows, options.limit, as_json=options.json)


def _show(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        rows = reversal_ledger.find(crm, order_ids=[options.order_id])
        if not rows:
            raise NoSuchReversal(f"A refund or cancellation of order {options.order_id}")
        shown = [(row, reversal_ledger.history(crm, row.order_reversal_id)) for row in reversed(rows)]
    report.show(shown, as_json=options.json)


def _retry(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        if options.all_rejected:
            rows = reversal_ledger.find(crm, store_hash=options.store, state="rejected")
        else:
            rows = _named(crm, options)
        decided = decisions.retry(crm, _ids(rows), person=person())
        crm.commit()
    _report(decided, "queued for the next run of the order push", decisions.RETRY_RULE, options)


def _dismiss(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        ids = _ids(_named(crm, options))
        decided = decisions.dismiss(crm, ids, because=options.because, person=person())
        crm.commit()
    _report(decided, "dismissed", decisions.DISMISS_RULE, options)


def _report(decided: Decided, done: str, rule: str, options: argparse.Namespace) -> None:
    """Raises NotRequeued if some were left as they were."""
    report.decided(done, decided.done, as_json=options.json)
    if decided.left:
        raise NotRequeued(" ".join(decided.left.values()), rule)


def _resolve(options: argparse.Namespace) -> None:
    sentence = resolve(options.refund_id, bigcommerce_refund_id=options.bigcommerce_refund, person=person())
    report.result({"summary": sentence}, as_json=options.json)


def _mark_refunded(options: argparse.Namespace) -> None:
    with open_crm() as crm:
        sentence = mark_refunded(crm, options.order_id, person=person())
    report.result({"summary": sentence}, as_json=options.json)


def _push(options: argparse.Namespace) -> None:
    report.result(steps.follow(options.store_hash), as_json=options.json)


def _named(crm: Connection, options: argparse.Namespace) -> list[ReversalRow]:
    """The named refunds and cancellations. Raises UnclearRequest and NoSuchReversal."""
    if not options.refund_ids and not options.cancellation:
        raise UnclearRequest("Name refunds, or cancellations by their order.")
    rows = reversal_ledger.find(crm, store_hash=options.store, refund_ids=options.refund_ids)
    rows += reversal_ledger.find(
        crm, store_hash=options.store, order_ids=options.cancellation, kind="cancellation"
    )
    for refund_id in options.refund_ids:
        if refund_id not in {row.refund_id for row in rows}:
            raise NoSuchReversal(f"Refund {refund_id}")
    for order_id in options.cancellation:
        if order_id not in {row.order_id for row in rows if row.kind == "cancellation"}:
            raise NoSuchReversal(f"The cancellation of order {order_id}")
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.order_refunds",
        description="Refunds and cancellations on their way to BigCommerce.",
    )
    verbs = parser.add_subparsers(dest="COMMAND", required=True)

    listing = add_verb(verbs, "list", _list, "Refunds and cancellations in the ledger, newest first.")
    add_store_filter(listing)
    add_state(listing)
    add_limit(listing)

    show = add_verb(verbs, "show", _show, "What follows an order, with the reasons and all attempts.")
    show.add_argument("order_id", type=positive, metavar="ORDER_ID")

    retry = add_verb(verbs, "retry", _retry, "Retry what was rejected or dismissed.")
    _add_names(retry)
    retry.add_argument("--all-rejected", action="store_true", help="everything that is rejected")
    add_store_filter(retry)

    dismiss = add_verb(verbs, "dismiss", _dismiss, "Record that something rejected is not to be sent.")
    _add_names(dismiss)
    add_because(dismiss)
    add_store_filter(dismiss)

    resolving = add_verb(
        verbs,
        "resolve",
        _resolve,
        "Record whether BigCommerce has a refund that look-ups cannot settle; look for it there first.",
    )
    resolving.add_argument("refund_id", type=positive, metavar="REFUND_ID")
    add_finding(resolving, "refund")

    marking = add_verb(
        verbs,
        "mark-refunded",
        _mark_refunded,
        "Set an order to Refunded in BigCommerce that is REFUNDED in the CRM without a refund.",
    )
    marking.add_argument("order_id", type=positive, metavar="ORDER_ID")

    push = add_verb(verbs, "push", _push, "Send a store's refunds and cancellations that are due now.")
    add_store(push)
    return parser


def _ids(rows: Sequence[ReversalRow]) -> list[int]:
    return [row.order_reversal_id for row in rows]


def _add_names(command: argparse.ArgumentParser) -> None:
    command.add_argument("refund_ids", type=positive, nargs="*", metavar="REFUND_ID")
    command.add_argument(
        "--cancellation",
        type=positive,
        action="append",
        default=[],
        metavar="ORDER_ID",
        help="the cancellation of this order; may be given several times",
    )


if __name__ == "__main__":
    sys.exit(main())
