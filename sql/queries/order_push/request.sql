-- Into the ledger, or out of `rejected` again; what is on its way is left alone.
INSERT INTO crm.order_push AS push (data_source_id, order_id, requested_by)
SELECT %(data_source_id)s, order_id, %(requested_by)s
FROM unnest(%(order_ids)s::bigint[]) AS chosen (order_id)
ORDER BY order_id
ON CONFLICT (data_source_id, order_id) DO UPDATE
SET state = 'pending', requested_by = excluded.requested_by, next_attempt_at = now(), reason = NULL,
    next_step = NULL, updated_at = now()
WHERE push.state = 'rejected';
