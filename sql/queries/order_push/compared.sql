-- The CRM's side: orders completed in the range that should be in BigCommerce by now, and how they stand.
SELECT sendable.order_id, push.state, push.bigcommerce_order_id, push.reason, push.next_step
FROM crm.sendable_order sendable
LEFT JOIN crm.order_push push USING (data_source_id, order_id)
WHERE sendable.data_source_id = %(data_source_id)s
  AND sendable.completed_at >= %(from_time)s
  AND sendable.completed_at < %(to_time)s
  AND (sendable.is_new OR push.order_push_id IS NOT NULL)
ORDER BY sendable.order_id;
