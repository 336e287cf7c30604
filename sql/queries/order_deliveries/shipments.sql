-- The shipments of an order in a store, oldest first, each with what is in it.
SELECT shipment.bigcommerce_shipment_id, shipment.carrier, shipment.shipping_method, shipment.tracking_number,
       shipment.tracking_link, coalesce(shipment.shipped_at, shipment.first_read_at) AS shipped_at,
       shipment.voided_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object('sku', line.sku, 'name', line.name, 'quantity', line.quantity)
                                  ORDER BY line.line_number, line.bigcommerce_order_product_id)
                 FROM crm.order_shipment_line line
                 WHERE line.data_source_id = shipment.data_source_id
                   AND line.bigcommerce_shipment_id = shipment.bigcommerce_shipment_id), '[]') AS lines
FROM crm.order_shipment shipment
WHERE shipment.data_source_id = %(data_source_id)s AND shipment.order_id = %(order_id)s
ORDER BY shipped_at, shipment.bigcommerce_shipment_id;
