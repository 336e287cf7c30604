-- Whatever should be sent and is not in the ledger yet: a row committed late is found however old it is.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT data_source_id, order_id, 'schedule'
FROM crm.sendable_order sendable
WHERE data_source_id = %(data_source_id)s
  AND is_new
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = sendable.data_source_id AND push.order_id = sendable.order_id)
ORDER BY order_id
ON CONFLICT DO NOTHING;
