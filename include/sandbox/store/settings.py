"""Settings of a sandbox store."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from include.sandbox.paging import LARGEST_LIMIT
from include.sandbox.webhooks.events import HashCovers


@dataclass
class Settings:
    """Everything here can be changed while the store runs."""

    information: dict[str, Any] = field(default_factory=dict)  # overrides fields of GET /v2/store
    page_cap: int = LARGEST_LIMIT  # the largest page size
    heaviest_page: int | None = None  # the gateway answers pages with more products with 504
    largest_batch: int = 50  # metafields in one batch; undocumented, users report 10 and 50
    too_large_status: int = 422  # the status for a larger batch; 413 is equally likely
    # An item that fails with one of these statuses fails its whole batch with it, and nothing is written;
    # otherwise items fail one by one, which is what the official file describes. UNVERIFIED which come so.
    whole_batch_statuses: tuple[int, ...] = ()
    metafield_refusal: str = ""  # if set, the reason for which every metafield is refused
    latency_seconds: float = 0.0  # added to every answer
    currencies: tuple[str, ...] = ("USD",)  # currencies of orders; the first is the store's own
    accents_matter: bool = False  # whether names of states must match with accents; UNVERIFIED
    stock_is_tracked: bool = True  # False sells products that are out of stock, too
    findable_after_seconds: float = 0.0  # new orders are not listed or filtered earlier
    findable_after_requests: int = 0  # nor before the store has received this many further requests
    archived_are_listed: bool = False  # in lists without the filter is_deleted; UNVERIFIED
    # the filter is_deleted, which the official file no longer lists
    is_deleted_filter: Literal["applied", "ignored", "refused"] = "applied"
    # fields of new orders that are kept otherwise than they were sent, as by an app or without multi-currency
    alters_new_orders: dict[str, Any] = field(default_factory=dict)
    archives_new_orders: bool = False  # immediately, as another app or a merchant's rule may
    nothing_found_status: Literal[204, 200] = 204  # for empty lists of V2; 200 comes with []
    unpaid_statuses: tuple[int, ...] = (0, 7)  # orders of these are not refunded; UNVERIFIED which
    refund_methods: tuple[dict[str, Decimal], ...] = ({"custom": Decimal(1)},)  # share of each provider
    quotes_differ_by: Decimal = Decimal(0)  # from what the order's own amounts come to, as after a tax change
    quotes_include_tax: bool = True  # in total_refund_amount; UNVERIFIED when they do not
    refund_takes_requests: int = 0  # so many further requests go by until a refund is made
    refund_reason_shown: tuple[str, ...] = ("refund", "items")  # where the reason comes back; UNVERIFIED
    created_status: int = 200  # for a new order, by the official file; older documentation says 201
    # A headless storefront, such as one made with Catalyst, changes all three of these.
    renders_handlebars: bool = True
    loads_pages: bool = True  # False navigates by JavaScript, without page loads
    is_hosted: bool = True  # False has neither the storefront's REST API nor GraphQL at its own address
    cookie_banner: bool = False  # which no shopper has answered
    scripts_cached_seconds: float = 0.0  # how long the storefront shows old scripts; about 20 on a real store
    hooks_to_loopback: bool = False  # whether a hook may lead to http://127.0.0.1:8080/…, too
    # Seconds before each repetition of a call that failed; after the last, the hook is deactivated.
    hook_retries: tuple[float, ...] = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400)
    hook_block_seconds: float = 180.0  # how long a host is not called that fails too often
    hook_hash_covers: HashCovers = "event"  # or "data"; UNVERIFIED
    record_bodies: bool = True  # log request bodies
