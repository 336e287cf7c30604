-- Paid orders that a store got days ago and has still to ship, as of the last look at it, those sent first.
SELECT known.order_id, known.bigcommerce_order_id, known.status_name, push.sent_at
FROM crm.store_order known
JOIN crm.customer_order sold USING (order_id)
JOIN crm.order_push push USING (data_source_id, order_id)
WHERE known.data_source_id = %(data_source_id)s AND known.is_unshipped AND sold.order_status = 'COMPLETE'
  AND push.state = 'pushed'
  AND push.sent_at < now() - make_interval(days => %(late_days)s)
  AND sold.completed_at < %(completed_before)s
ORDER BY push.sent_at, known.order_id
LIMIT %(limit)s;
