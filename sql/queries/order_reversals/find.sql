SELECT reversal.*, source.store_hash, push.bigcommerce_order_id, refund.amount, customer_order.currency_code,
       customer_order.order_status, customer_order.client_order_id
FROM crm.order_reversal reversal
JOIN crm.data_source source USING (data_source_id)
JOIN crm.customer_order customer_order USING (order_id)
LEFT JOIN crm.order_push push USING (data_source_id, order_id)
LEFT JOIN crm.order_refund refund ON refund.refund_id = reversal.refund_id
WHERE (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
  AND (%(kind)s::text IS NULL OR reversal.kind = %(kind)s)
  AND (%(state)s::text IS NULL OR reversal.state = %(state)s)
  AND (%(order_ids)s::bigint[] IS NULL OR reversal.order_id = ANY(%(order_ids)s))
  AND (%(refund_ids)s::bigint[] IS NULL OR reversal.refund_id = ANY(%(refund_ids)s))
  AND (%(reversal_ids)s::bigint[] IS NULL OR reversal.order_reversal_id = ANY(%(reversal_ids)s))
ORDER BY reversal.order_reversal_id DESC
LIMIT %(limit)s;
