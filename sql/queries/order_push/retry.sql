-- A person requests a retry: a rejected order is sent again, one found twice is looked up again. An order that look-ups
-- could not settle keeps their number, so that it is not sent before the store is known not to have it.
WITH requested AS (
    UPDATE crm.order_push push
    SET state = CASE WHEN push.state = 'rejected' THEN 'pending' ELSE push.state END,
        lookups = CASE WHEN push.state = 'rejected' THEN push.lookups ELSE 0 END,
        next_attempt_at = clock_timestamp(), requested_by = 'manual',
        updated_at = clock_timestamp(), reason = NULL, next_step = NULL
    FROM crm.data_source source
    WHERE source.data_source_id = push.data_source_id
      AND (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
      AND push.order_id = ANY(%(order_ids)s)
      AND (push.state = 'rejected' OR crm.is_found_twice(push))
    RETURNING push.order_push_id, push.order_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome)
    SELECT order_push_id, %(worker)s, 'retry', 'requested' FROM requested
)
SELECT order_id FROM requested ORDER BY order_id;
