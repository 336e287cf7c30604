"""Turns what a store says of an order and its shipments into the CRM's rows."""

from __future__ import annotations

from datetime import datetime

from include.bigcommerce.order_answers import StoreOrder
from include.bigcommerce.shipments import StoreShipment
from include.crm.store_order_rows import KnownOrder, ShipmentFacts, ShipmentLine, StoreOrderFacts


def order_facts(order: StoreOrder, listed_at: datetime, known: KnownOrder) -> StoreOrderFacts:
    """The order as the CRM keeps it; one without a readable date of change changed when it was listed.

    An order itself does not say what was refunded, so what is known of that stays.
    """
    return StoreOrderFacts(
        bigcommerce_order_id=order.id,
        changed_at=order.date_modified or listed_at,
        status_id=order.status_id,
        status_name=order.status_name,
        total_amount=order.total,
        refunded_amount=order.refunded or (known.facts.refunded_amount if known.facts else order.refunded),
        currency_code=order.currency_code,
        items_total=order.items_total,
        items_shipped=order.items_shipped,
        shipped_at=order.date_shipped,
        is_deleted=order.is_deleted,
    )


def shipment_facts(shipment: StoreShipment) -> ShipmentFacts:
    return ShipmentFacts(
        shipment.id,
        shipment.carrier,
        shipment.shipping_method,
        shipment.tracking_number,
        shipment.tracking_link,
        shipment.shipped_at,
    )


def shipment_lines(shipment: StoreShipment) -> list[ShipmentLine]:
    return [
        ShipmentLine(shipment.id, item.order_product_id, item.product_id, item.quantity)
        for item in shipment.items
    ]
