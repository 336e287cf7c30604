"""What a sandbox store can be set to while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from include.sandbox.http.paging import LARGEST_LIMIT


@dataclass
class Settings:
    """What may be changed while the store runs."""

    page_cap: int = LARGEST_LIMIT  # the largest page the store is willing to give
    heaviest_page: int | None = None  # a page with more products is answered with 504 by the gateway
    largest_batch: int = 50  # metafields in one batch; documented nowhere, users report 10 and 50
    too_large_status: int = 422  # what a larger batch is answered with; 413 is the other likely one
    # An item that fails with one of these statuses fails its whole batch with it, and nothing is written;
    # otherwise items fail one by one, which is what the official file describes. UNVERIFIED which come so.
    whole_batch_statuses: tuple[int, ...] = ()
    latency_seconds: float = 0.0  # added to every answer
    currencies: tuple[str, ...] = ("USD",)  # that orders may be in; the first is the store's own
    accents_matter: bool = False  # in the names of states; UNVERIFIED
    stock_is_tracked: bool = True  # False sells what is out of stock too, whatever the products say
    findable_after_seconds: float = 0.0  # a new order is in no list and under no filter before
    findable_after_requests: int = 0  # nor during so many further requests of the store
    archived_are_listed: bool = False  # where a list is asked for without is_deleted; UNVERIFIED
    # what becomes of the filter is_deleted, which the official file no longer lists
    is_deleted_filter: Literal["applied", "ignored", "refused"] = "applied"
    archives_new_orders: bool = False  # as a merchant's rule or another app does, before anybody looks
    nothing_found_status: Literal[204, 200] = 204  # of a list of orders; 200 comes with []
    created_status: int = 200  # of a new order, says the official file; older documentation shows 201
    record_bodies: bool = True  # keep request bodies in the log
