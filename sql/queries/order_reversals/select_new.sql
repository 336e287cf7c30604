-- Whatever is to be mirrored and is not in the ledger yet: a row committed late is found however old it is.
INSERT INTO crm.order_reversal (data_source_id, order_id, kind, refund_id)
SELECT data_source_id, order_id, kind, refund_id
FROM crm.new_reversal
WHERE data_source_id = %(data_source_id)s
ORDER BY refund_id NULLS LAST, order_id
ON CONFLICT DO NOTHING;
