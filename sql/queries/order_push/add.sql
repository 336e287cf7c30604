-- Orders that are not in the ledger yet. One that is there is not touched at all: to insert it in vain would wait for
-- the transaction that is changing its row, which may wait for this one. Neither is one that a transaction of the CRM
-- has locked, as in select_new.sql.
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT %(data_source_id)s, order_id, %(requested_by)s
FROM crm.customer_order chosen
WHERE order_id = ANY(%(order_ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = %(data_source_id)s AND push.order_id = chosen.order_id)
ORDER BY order_id
FOR KEY SHARE SKIP LOCKED
ON CONFLICT DO NOTHING;
