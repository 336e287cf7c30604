-- Orders that a store got days ago and still has to ship, those sent first.
SELECT order_id, bigcommerce_order_id, status_name, sent_at
FROM crm.unshipped_order
WHERE data_source_id = %(data_source_id)s
  AND sent_at < %(late_before)s
  AND completed_at < %(completed_before)s
ORDER BY sent_at, order_id
LIMIT %(limit)s;
