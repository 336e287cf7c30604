"""Detects an order that BigCommerce has twice in spite of leases, look-ups and deadlines."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from include.bigcommerce.client import StoreClient
from include.bigcommerce.errors import BigCommerceError
from include.bigcommerce.orders import find_orders
from include.crm import order_ledger
from include.crm.database import Connection
from include.crm.order_ledger_rows import Claim
from include.order_push.ownership import is_another
from include.order_push.translate import external_order_id

log = logging.getLogger(__name__)


def ids_in_store(
    crm: Connection, client: StoreClient, held: Claim, known_ids: Iterable[int | None]
) -> list[int]:
    """The ids of an order in BigCommerce: those of the answers (`known_ids`), of the ledger and of a look-up.

    Orders that somebody archived count only where an answer gave their id, and orders of other systems not at
    all. Never raises BigCommerceError.
    """
    ids = {order_id for order_id in known_ids if order_id is not None}
    ids |= {
        row.bigcommerce_order_id
        for row in order_ledger.find(crm, order_ids=[held.order_id])
        if row.order_push_id == held.order_push_id and row.bigcommerce_order_id is not None
    }
    try:
        found = find_orders(client, external_order_id(held.order_id))
    except BigCommerceError as error:
        log.warning("Whether order %d is in BigCommerce twice could not be checked. %s", held.order_id, error)
    else:
        ids |= {order.id for order in found.matches if not (order.is_deleted or is_another(held, order))}
    return sorted(ids)
