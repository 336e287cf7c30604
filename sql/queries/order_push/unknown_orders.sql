SELECT order_id
FROM unnest(%(order_ids)s::bigint[]) AS named (order_id)
WHERE NOT EXISTS (SELECT FROM crm.customer_order WHERE customer_order.order_id = named.order_id)
ORDER BY order_id;
