-- Those of these BigCommerce orders that we pushed, with what was last read of each.
SELECT push.order_id, push.bigcommerce_order_id, known.status_id, known.status_name, known.total_amount,
       known.refunded_amount, known.currency_code, known.items_total, known.items_shipped, known.shipped_at,
       known.is_deleted, known.changed_at, coalesce(known.read_again, true) AS read_again,
       EXISTS (SELECT FROM crm.order_shipment shipment
               WHERE shipment.data_source_id = push.data_source_id AND shipment.order_id = push.order_id
                 AND shipment.voided_at IS NULL) AS has_shipments
FROM crm.order_push push
LEFT JOIN crm.store_order known
    ON known.data_source_id = push.data_source_id AND known.order_id = push.order_id
    AND known.bigcommerce_order_id = push.bigcommerce_order_id
WHERE push.data_source_id = %(data_source_id)s
  AND push.bigcommerce_order_id = ANY(%(bigcommerce_order_ids)s::bigint[])
  AND push.state = 'pushed';
