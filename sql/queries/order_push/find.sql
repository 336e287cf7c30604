SELECT push.*, source.store_hash,
       customer_order.client_order_id, customer_order.order_type, customer_order.order_status,
       customer_order.completed_at, customer_order.total_amount, customer_order.currency_code
FROM crm.order_push push
JOIN crm.data_source source USING (data_source_id)
JOIN crm.customer_order customer_order USING (order_id)
WHERE (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
  AND (%(state)s::text IS NULL OR push.state = %(state)s)
  AND (%(order_ids)s::bigint[] IS NULL OR push.order_id = ANY(%(order_ids)s))
  AND (%(order_push_ids)s::bigint[] IS NULL OR push.order_push_id = ANY(%(order_push_ids)s))
ORDER BY push.order_push_id DESC
LIMIT %(limit)s;
