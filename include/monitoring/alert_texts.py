"""Words each kind of problem, with its next step and the address of its page, for people."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit

from include.crm.problems import Problem, ProblemKind
from include.monitoring.plain_text import plain
from include.plurals import count_of

# A message in a chat is read at a glance; the page and the log show everything.
LONGEST_NAME = 60
LONGEST_REASON = 300

TEST_TITLE = "BigCommerce: test message"

RECOVERED: dict[ProblemKind, str] = {
    "sync failing": "The product sync works again.",
    "sync late": "Product syncs are on time again.",
    "orders rejected": "There are no rejected orders any more.",
    "orders found twice": "There are no orders with duplicates in BigCommerce any more.",
    "orders uncertain": "There are no overdue unclear orders any more.",
    "orders waiting": "There are no overdue waiting orders any more.",
    "orders differ": "The latest reconciliation found no differences.",
    "orders undone": "No order was refunded, cancelled or deleted only in BigCommerce in the last 30 days.",
    "orders not shipped": "There are no overdue unshipped orders any more.",
    "checkout redirect": "The script of the checkout redirect is in order again.",
    "refunds rejected": "There are no rejected refunds or cancellations any more.",
    "refunds waiting": "There are no overdue refunds or cancellations any more.",
    "webhooks": "BigCommerce tells the CRM about changes in the store again.",
}

# Pages of a store below Admin → Data Sources (plugins/data_sources_page/pages).
_PAGES: dict[ProblemKind, str] = {
    "sync failing": "/syncs",
    "sync late": "/syncs",
    "orders rejected": "/orders?state=rejected",
    "orders found twice": "/orders?state=uncertain",
    "orders uncertain": "/orders?state=uncertain",
    "orders waiting": "/orders?state=pending",
    "orders differ": "/reconciliations",
    "orders undone": "/orders?state=pushed",
    "orders not shipped": "/orders?mark=not%20shipped",
    "checkout redirect": "/checkout-redirect",
    "refunds rejected": "/orders?mark=refund+rejected",
    "refunds waiting": "/orders",
    "webhooks": "",
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
    return " ".join(_sentence(problem).split())


def detail(problem: Problem) -> str:
    """The facts behind a problem, as crm.alert keeps them: the reason, or an example."""
    if problem.kind in ("sync failing", "webhooks"):
        return plain(problem.reason, LONGEST_REASON)
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


def page(base_url: str, store_hash: str | None = None, kind: ProblemKind | None = None) -> str:
    """The address of Admin → Data Sources, of a store's page there, or of the page about one problem of it.

    `base_url` is [api] base_url, which may have a path. Airflow shows our page in a frame, and puts its path
    behind the path of that frame (plugins/data_sources.py).
    """
    base = base_url.rstrip("/")
    address = f"{base}/plugin/data_sources"
    if store_hash is None:
        return address
    inner = f"{urlsplit(base).path}/data-sources/{quote(store_hash)}"
    return f"{address}{inner}{_PAGES[kind] if kind else ''}"


def test_body(base_url: str) -> str:
    """The text of a test message."""
    return f"This is a test. Alerts about the BigCommerce data sources arrive here.\n\n{page(base_url)}"


def _sentence(problem: Problem) -> str:
    facts = detail(problem)
    since = at(problem.since)
    if problem.kind == "sync failing":
        return f"The last product sync failed ({since}). {facts}"
    if problem.kind == "sync late":
        return (
            f"No product sync has completed since {since}, although one is due every "
            f"{problem.auto_sync_minutes:,} minutes. If none is running, check whether the store's DAG is "
            "paused in Airflow, then start a sync with Sync Products."
        )
    if problem.kind == "webhooks":
        return (
            f"The store's webhooks are not active (since {since}), so changes arrive with the next sync. "
            f"{facts} Then choose Check webhooks on the store's overview."
        )
    if problem.kind == "checkout redirect":
        return f"{facts} (Since {since}.) {_SCRIPT_STEPS.get(problem.reason, _REPAIR)}"
    if problem.kind == "orders differ":
        return (
            f"The latest reconciliation found {count_of(problem.number, 'difference')} "
            f"between the CRM and BigCommerce: {facts}. The store's page Reconciliations lists each "
            "order with its next step."
        )
    return _about_orders(problem, facts, since)


def _about_orders(problem: Problem, facts: str, since: str) -> str:
    next_step = plain(problem.next_step, LONGEST_REASON)
    if problem.kind == "orders rejected":
        return f"{_orders(problem, 'was rejected', 'were rejected')}. {facts} {next_step}"
    if problem.kind == "refunds rejected":
        return f"{_refunds(problem)} could not be sent to BigCommerce. {facts} {next_step}"
    if problem.kind == "refunds waiting":
        return (
            f"{_refunds(problem)} {'has' if problem.number == 1 else 'have'} been waiting for BigCommerce "
            f"(oldest: {since}). {facts}. The note of the last run of the DAG Order push says why. At a "
            "terminal: python -m include.order_refunds list."
        )
    if problem.kind == "orders found twice":
        return (
            f"{_orders(problem, 'is', 'are')} in BigCommerce more than once. {facts}. In BigCommerce, cancel "
            "and archive all copies but one, then choose Retry on the page of the order."
        )
    if problem.kind == "orders uncertain":
        return (
            f"{_orders(problem, 'was', 'were')} sent, but the answer was unclear (oldest: {since}). {facts}. "
            "Every run of the DAG Order push checks BigCommerce again. See the note of its last run, and "
            "check whether the DAG is paused."
        )
    if problem.kind == "orders waiting":
        return (
            f"{_orders(problem, 'has', 'have')} been waiting to be sent (oldest: {since}). {facts}. "
            "The note of the last run of the DAG Order push says why. If there is no recent run, check "
            "whether the DAG is paused."
        )
    if problem.kind == "orders undone":
        return (
            f"{_orders(problem, 'was', 'were')} refunded, cancelled, declined or deleted in BigCommerce, but "
            f"not in the CRM (oldest: {since}). {facts}. If that is meant, do the same in the CRM; if not, "
            "restore the order in BigCommerce."
        )
    return (
        f"{_orders(problem, 'is', 'are')} paid and sent to BigCommerce, but not shipped there for days "
        f"(oldest: {since}). {facts}. Ask the people who ship for the store. If an order was shipped, "
        "set its status in BigCommerce."
    )


def _example(problem: Problem) -> str:
    if problem.order_id is None:
        return ""
    return f"order {problem.order_id}" if problem.number == 1 else f"for example order {problem.order_id}"


def _orders(problem: Problem, one: str, many: str) -> str:
    return count_of(problem.number, f"order {one}", f"orders {many}")


def _refunds(problem: Problem) -> str:
    return count_of(problem.number, "refund or cancellation", "refunds or cancellations")
