"""Detects a refund that BigCommerce has twice in spite of leases, look-ups and deadlines."""

from __future__ import annotations

import logging

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.refund_lists import list_refunds
from include.crm import order_refunds
from include.crm.database import Connection
from include.crm.reversal_ledger_rows import Claim
from include.order_refunds import look_up

log = logging.getLogger(__name__)


def ids_in_store(crm: Connection, client: StoreClient, data_source_id: int, held: Claim) -> list[int]:
    """The ids of a refund in BigCommerce; empty for a cancellation. Never raises BigCommerceError."""
    order = order_refunds.pushed_order(crm, data_source_id, held.order_id)
    if order is None or held.refund_id is None:
        return []
    try:
        return look_up.matches(held.refund_id, list_refunds(client, order.bigcommerce_order_id))
    except BigCommerceError as error:
        log.warning("Whether refund %d was made twice could not be checked. %s", held.refund_id, error)
        return []
