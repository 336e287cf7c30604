-- What a scheduled run would send: new orders, and those of the ledger that wait.
SELECT order_id FROM crm.sendable_order sendable
LEFT JOIN crm.order_push push USING (data_source_id, order_id)
WHERE sendable.data_source_id = %(data_source_id)s
  AND (push.state = 'pending' OR (push.state IS NULL AND is_new))
ORDER BY order_id;
