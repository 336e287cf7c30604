-- Whatever should be sent and is not in the ledger yet: a row committed late is found however old it is.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT data_source_id, order_id, %(requested_by)s
FROM crm.new_order
WHERE data_source_id = %(data_source_id)s
ORDER BY order_id
ON CONFLICT DO NOTHING;
