-- Whatever should be sent and is not in the ledger yet: a row committed late is found however old it is. That
-- nothing new was completed before both switches says no more than is_new, but in terms of an index.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT data_source_id, order_id, %(requested_by)s
FROM crm.sendable_order sendable
WHERE data_source_id = %(data_source_id)s
  AND is_new
  AND completed_at >= (SELECT least(send_initial_orders_since, send_rebill_orders_since)
                       FROM crm.data_source WHERE data_source_id = %(data_source_id)s)
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = sendable.data_source_id AND push.order_id = sendable.order_id)
ORDER BY order_id
ON CONFLICT DO NOTHING;
