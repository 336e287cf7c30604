-- The CRM's side: orders completed in the range that should be in BigCommerce by now, and those that were
-- refunded or cancelled after they were sent.
SELECT sendable.order_id, 'COMPLETE' AS order_status, push.state, push.bigcommerce_order_id, push.reason,
       push.next_step,
       EXISTS (SELECT FROM crm.order_refund refund WHERE refund.order_id = sendable.order_id) AS is_refunded
FROM crm.sendable_order sendable
LEFT JOIN crm.order_push push USING (data_source_id, order_id)
WHERE sendable.data_source_id = %(data_source_id)s
  AND sendable.completed_at >= %(from_time)s
  AND sendable.completed_at < %(to_time)s
  AND (sendable.is_new OR push.order_push_id IS NOT NULL)
UNION ALL
SELECT order_id, customer_order.order_status, push.state, push.bigcommerce_order_id, push.reason,
       push.next_step,
       EXISTS (SELECT FROM crm.order_refund refund WHERE refund.order_id = push.order_id) AS is_refunded
FROM crm.order_push push
JOIN crm.customer_order customer_order USING (order_id)
WHERE push.data_source_id = %(data_source_id)s
  AND push.state = 'pushed'
  AND customer_order.order_status <> 'COMPLETE'
  AND customer_order.completed_at >= %(from_time)s
  AND customer_order.completed_at < %(to_time)s
ORDER BY order_id;
