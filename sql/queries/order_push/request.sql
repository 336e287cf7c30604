-- Into the ledger, or out of `rejected` again, which its history tells; what is on its way is left alone.
WITH requested AS (
    INSERT INTO crm.order_push AS push (data_source_id, order_id, requested_by)
    SELECT %(data_source_id)s, order_id, %(requested_by)s
    FROM unnest(%(order_ids)s::bigint[]) AS chosen (order_id)
    ORDER BY order_id
    ON CONFLICT (data_source_id, order_id) DO UPDATE
    SET state = 'pending', requested_by = excluded.requested_by, next_attempt_at = now(), reason = NULL,
        next_step = NULL, updated_at = now()
    WHERE push.state = 'rejected'
    RETURNING order_push_id, requested_by, created_at < now() AS was_rejected
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome)
    SELECT order_push_id, requested_by, 'retry', 'requested' FROM requested WHERE was_rejected
)
SELECT count(*) AS number FROM requested;
