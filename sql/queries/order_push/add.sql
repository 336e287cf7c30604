-- Orders that are not in the ledger yet. One that is there is not touched at all: to insert it in vain would wait for
-- the transaction that is changing its row, which may wait for this one.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT %(data_source_id)s, order_id, %(requested_by)s
FROM unnest(%(order_ids)s::bigint[]) AS chosen (order_id)
WHERE NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = %(data_source_id)s AND push.order_id = chosen.order_id)
ORDER BY order_id
ON CONFLICT DO NOTHING;
