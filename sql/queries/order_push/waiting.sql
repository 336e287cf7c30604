-- What a scheduled run would send: those of the ledger that wait, and new orders (see select_new).
SELECT order_id
FROM crm.order_push push JOIN crm.sendable_order sendable USING (data_source_id, order_id)
WHERE push.data_source_id = %(data_source_id)s AND push.state = 'pending'
UNION ALL
SELECT order_id
FROM crm.sendable_order sendable
WHERE data_source_id = %(data_source_id)s
  AND is_new
  AND completed_at >= (SELECT least(send_initial_orders_since, send_rebill_orders_since)
                       FROM crm.data_source WHERE data_source_id = %(data_source_id)s)
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = sendable.data_source_id AND push.order_id = sendable.order_id)
ORDER BY order_id;
