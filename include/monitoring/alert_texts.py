"""Each kind of trouble in a sentence with its next step, for people who are no programmers; and its page."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit

from include.monitoring.problems import Kind, Trouble

# A message in a chat is read at a glance; the page and the log have the whole.
LONGEST_DETAIL = 300

RECOVERED: dict[Kind, str] = {
    "sync failing": "The product sync completes again.",
    "sync late": "Product syncs are on time again.",
    "orders rejected": "No order is rejected any more.",
    "orders found twice": "No order is known to be in BigCommerce more than once any more.",
    "orders uncertain": "No order is uncertain for long any more.",
    "orders waiting": "No order waits for long any more.",
    "orders differ": "The latest reconciliation found no difference any more.",
}

# Pages of a store below Admin → Data Sources (plugins/data_sources_page/pages).
_PAGES: dict[Kind, str] = {
    "sync failing": "/syncs",
    "sync late": "/syncs",
    "orders rejected": "/orders?state=rejected",
    "orders found twice": "/orders?state=uncertain",
    "orders uncertain": "/orders?state=uncertain",
    "orders waiting": "/orders?state=pending",
    "orders differ": "/orders",
}


def sentence(trouble: Trouble) -> str:
    """What is wrong and what to do next."""
    return " ".join(_sentence(trouble).split())


def shorten(text: str, longest: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def one_line(name: str) -> str:
    """A store's name as a single line, whatever its merchant has put into it."""
    return shorten(" ".join("".join(c if c.isprintable() else " " for c in name).split()), 60)


def at(moment: datetime) -> str:
    """E.g. 2026-11-24 10:05 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def page(base_url: str, store_hash: str | None = None, kind: Kind | None = None) -> str:
    """Address of Admin → Data Sources within Airflow, of a store's page there, or of that of a trouble.

    Airflow's page shows below its own address the one of ours (see plugins/data_sources.py); `base_url` is
    [api] base_url, which may have a path.
    """
    base = base_url.rstrip("/")
    address = f"{base}/plugin/data_sources"
    if store_hash is None:
        return address
    inner = f"{urlsplit(base).path}/data-sources/{quote(store_hash)}"
    return f"{address}{inner}{_PAGES[kind] if kind else ''}"


def _sentence(trouble: Trouble) -> str:
    detail = shorten(trouble.detail, LONGEST_DETAIL)
    since = at(trouble.since)
    if trouble.kind == "sync failing":
        return f"The last product sync failed ({since}). {detail}"
    if trouble.kind == "sync late":
        return (
            f"No product sync was completed since {since}, though one is due every "
            f"{trouble.auto_sync_minutes:,} minutes. If none is under way, see whether its DAG is paused in "
            "Airflow, and start one: Sync Products."
        )
    if trouble.kind == "orders rejected":
        return f"{_orders(trouble, 'is rejected', 'are rejected')}. {detail} {trouble.next_step}"
    if trouble.kind == "orders found twice":
        return (
            f"{_orders(trouble, 'is', 'are')} in BigCommerce more than once. {detail}. Cancel and archive "
            "all but one of each there, then choose Try again on the page of the order."
        )
    if trouble.kind == "orders uncertain":
        return (
            f"{_orders(trouble, 'was', 'were')} sent without a clear answer, the oldest at {since}. "
            f"{detail}. They settle themselves as soon as BigCommerce answers; see the note of the last run "
            "of the DAG Order push, and whether that DAG is paused."
        )
    if trouble.kind == "orders waiting":
        return (
            f"{_orders(trouble, 'waits', 'wait')} to be sent, the oldest since {since}. {detail}. The "
            "note of the last run of the DAG Order push says why; if there is none, see whether it is paused."
        )
    return (
        f"The latest reconciliation found {trouble.number:,} difference{'' if trouble.number == 1 else 's'} "
        f"between the CRM and BigCommerce: {detail}. The log of the DAG Order reconciliation names each, and "
        "what to do."
    )


def _orders(trouble: Trouble, one: str, many: str) -> str:
    return f"{trouble.number:,} {'order ' + one if trouble.number == 1 else 'orders ' + many}"
