"""Words each kind of problem, with its next step, and names its page (alert_links.py), for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from include.crm.problems import Problem, ProblemKind
from include.monitoring.plain_text import plain
from include.plurals import count_of

# A message in a chat is read at a glance; the page and the log show everything.
LONGEST_NAME = 60
LONGEST_REASON = 300


@dataclass(frozen=True)
class KindTexts:
    """The texts of one kind of problem.

    `label`: what a person chooses on the page Alerts. `page`: below a store's page in Admin → Data Sources
    (plugins/data_sources_page/pages). `sentence`: a template for the facts in `_facts`.
    """

    label: str
    page: str
    sentence: str
    recovered: str


TEXTS: dict[ProblemKind, KindTexts] = {
    "sync failing": KindTexts(
        label="A product sync failed",
        page="/syncs",
        sentence="The last product sync failed ({since}). {detail}",
        recovered="The product sync works again.",
    ),
    "sync late": KindTexts(
        label="An automatic sync is overdue",
        page="/syncs",
        sentence="No product sync has completed since {since}, although one is due every {sync_minutes} "
        "minutes. If none is running, check whether the store's DAG is paused in Airflow, then start a sync "
        "with Sync Products.",
        recovered="Product syncs are on time again.",
    ),
    "orders rejected": KindTexts(
        label="Orders were rejected",
        page="/orders?state=rejected",
        sentence="{orders} {were} rejected. {detail} {next_step}",
        recovered="There are no rejected orders any more.",
    ),
    "orders found twice": KindTexts(
        label="Orders are in BigCommerce more than once",
        page="/orders?state=uncertain",
        sentence="{orders} {are} in BigCommerce more than once. {detail}. In BigCommerce, cancel and archive "
        "all copies but one, then choose Retry on the page of the order.",
        recovered="There are no orders with duplicates in BigCommerce any more.",
    ),
    "orders uncertain": KindTexts(
        label="Orders have been unclear for too long",
        page="/orders?state=uncertain",
        sentence="{orders} {were} sent, but the answer was unclear (oldest: {since}). {detail}. Every run of "
        "the DAG Order push checks BigCommerce again. See the note of its last run, and check whether the "
        "DAG is paused.",
        recovered="There are no overdue unclear orders any more.",
    ),
    "orders waiting": KindTexts(
        label="Orders have been waiting for too long",
        page="/orders?state=pending",
        sentence="{orders} {have} been waiting to be sent (oldest: {since}). {detail}. The note of the last "
        "run of the DAG Order push says why. If there is no recent run, check whether the DAG is paused.",
        recovered="There are no overdue waiting orders any more.",
    ),
    "orders differ": KindTexts(
        label="A reconciliation found differences",
        page="/reconciliations",
        sentence="The latest reconciliation found {differences} between the CRM and BigCommerce: {detail}. "
        "The store's page Reconciliations lists each order with its next step.",
        recovered="The latest reconciliation found no differences.",
    ),
    "orders undone": KindTexts(
        label="Orders were refunded, cancelled or deleted only in BigCommerce",
        page="/orders?state=pushed",
        sentence="{orders} {were} refunded, cancelled, declined or deleted in BigCommerce, but not in the "
        "CRM (oldest: {since}). {detail}. If that is meant, do the same in the CRM; if not, restore the "
        "order in BigCommerce.",
        recovered="No order was refunded, cancelled or deleted only in BigCommerce in the last 30 days.",
    ),
    "orders not shipped": KindTexts(
        label="Orders have not been shipped for days",
        page="/orders?mark=late",
        sentence="{orders} {are} paid and sent to BigCommerce, but not shipped there for days (oldest: "
        "{since}). {detail}. Ask the people who ship for the store. If an order was shipped, set its status "
        "in BigCommerce.",
        recovered="There are no overdue unshipped orders any more.",
    ),
    "checkout redirect": KindTexts(
        label="The script of the checkout redirect is missing, disabled or outdated",
        page="/checkout-redirect",
        sentence="{detail} (Since {since}.) {script_step}",
        recovered="The script of the checkout redirect is in order again.",
    ),
    "refunds rejected": KindTexts(
        label="Refunds or cancellations were rejected",
        page="/orders?mark=refund+rejected",
        sentence="{refunds} could not be sent to BigCommerce. {detail} {next_step}",
        recovered="There are no rejected refunds or cancellations any more.",
    ),
    "refunds waiting": KindTexts(
        label="Refunds or cancellations have been waiting for too long",
        page="/orders",
        sentence="{refunds} {have} been waiting for BigCommerce (oldest: {since}). {detail}. The note of the "
        "last run of the DAG Order push says why. At a terminal: python -m include.order_refunds list.",
        recovered="There are no overdue refunds or cancellations any more.",
    ),
    "webhooks": KindTexts(
        label="BigCommerce does not tell the CRM about changes in a store",
        page="",
        sentence="The store's webhooks are not active (since {since}), so changes arrive with the next sync. "
        "{detail} Then choose Check webhooks on the store's overview.",
        recovered="BigCommerce tells the CRM about changes in the store again.",
    ),
    "changes waiting": KindTexts(
        label="Changes in a store have been waiting for too long",
        page="",
        sentence="{detail} (Since {since}.) The note of the last run of the DAG Store changes says more. If "
        "there is no recent run, check whether the DAG is paused.",
        recovered="Changes in the store are synced again.",
    ),
}

_SCRIPT_STATES = {
    "outdated": "is of an earlier version or of other settings",
    "missing": "is not in the store",
    "removed": "was removed in BigCommerce",
    "disabled": "was disabled in BigCommerce",
    "left behind": "is still in the store although the redirect is off, so shoppers may still be redirected",
    "left behind, deactivated": "is still in the store although its data source is deactivated, so shoppers "
    "may still be redirected",
}
_REPAIR = "Choose Repair on the store's page Checkout redirect, or switch the redirect off in the settings."
_SCRIPT_STEPS = {
    "left behind": "The daily check retries its removal. To remove it now, choose Remove the script on "
    "the store's page Checkout redirect, or delete it in BigCommerce under Storefront > Script Manager.",
    "left behind, deactivated": "The access token is deleted, so delete the script in BigCommerce under "
    "Storefront > Script Manager.",
}


def sentence(problem: Problem) -> str:
    """What is wrong and what to do next, in one line."""
    return " ".join(TEXTS[problem.kind].sentence.format(**_facts(problem)).split())


def detail(problem: Problem) -> str:
    """The facts behind a problem, as crm.alert keeps them: the reason, or an example."""
    if problem.kind in ("sync failing", "webhooks"):
        return plain(problem.reason, LONGEST_REASON)
    if problem.kind == "changes waiting":
        return _waiting_changes(problem)
    if problem.kind == "checkout redirect":
        return f"The script of the checkout redirect {_SCRIPT_STATES.get(problem.reason, 'changed')}."
    if problem.kind in ("orders rejected", "refunds rejected"):
        return f"Order {problem.order_id}: {plain(problem.reason, LONGEST_REASON)}"
    if problem.kind == "orders differ":
        counts = ", ".join(
            f"{number:,} {kind}" for kind, number in sorted((problem.differences or {}).items())
        )
        return f"{counts}; {_example(problem)}"
    example = _example(problem)
    return example[:1].upper() + example[1:]


def name(store_name: str) -> str:
    """A store's name, whatever its merchant has put into it."""
    return plain(store_name, LONGEST_NAME)


def at(moment: datetime) -> str:
    """E.g. 2026-11-24 10:05 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _facts(problem: Problem) -> dict[str, str]:
    number, is_one = problem.number, problem.number == 1
    return {
        "detail": detail(problem),
        "since": at(problem.since),
        "next_step": plain(problem.next_step, LONGEST_REASON),
        "script_step": _SCRIPT_STEPS.get(problem.reason, _REPAIR),
        "sync_minutes": f"{problem.auto_sync_minutes or 0:,}",
        "orders": count_of(number, "order"),
        "refunds": count_of(number, "refund or cancellation", "refunds or cancellations"),
        "differences": count_of(number, "difference"),
        "were": "was" if is_one else "were",
        "are": "is" if is_one else "are",
        "have": "has" if is_one else "have",
    }


def _waiting_changes(problem: Problem) -> str:
    if problem.reason == "quick look":
        return "BigCommerce could not be asked which products changed."
    changed = f"{count_of(problem.number, 'product')} changed in BigCommerce, but could not be synced."
    return f"{changed} {plain(problem.reason, LONGEST_REASON)}".strip()


def _example(problem: Problem) -> str:
    if problem.order_id is None:
        return ""
    return f"order {problem.order_id}" if problem.number == 1 else f"for example order {problem.order_id}"
