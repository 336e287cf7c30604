-- What a scheduled run would send: those of the ledger that wait, new orders,
-- and orders completed again (see select_new).
SELECT order_id
FROM crm.order_push push JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE push.data_source_id = %(data_source_id)s AND push.state = 'pending'
UNION ALL
SELECT order_id FROM crm.new_order WHERE data_source_id = %(data_source_id)s
UNION ALL
SELECT order_id FROM crm.order_completed_again WHERE data_source_id = %(data_source_id)s
ORDER BY order_id;
