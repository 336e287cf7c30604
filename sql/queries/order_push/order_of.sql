-- The order that was pushed as this order of BigCommerce.
SELECT order_id
FROM crm.order_push
WHERE data_source_id = %(data_source_id)s AND bigcommerce_order_id = %(bigcommerce_order_id)s;
