-- Rejected orders are sent again, those found twice are looked up again, and their history says so. An order that
-- look-ups could not settle keeps their number, so that it is not sent before the store is known not to have it. Rows
-- are locked by order id, as all that change many of them do: two that meet wait for each other only one way.
WITH locked AS MATERIALIZED (
    SELECT order_push_id
    FROM crm.order_push push
    WHERE order_push_id = ANY(%(order_push_ids)s::bigint[])
      AND (push.state = 'rejected' OR crm.is_found_twice(push))
    ORDER BY order_id, order_push_id
    FOR UPDATE
), queued AS (
    UPDATE crm.order_push push
    SET state = CASE WHEN push.state = 'rejected' THEN 'pending' ELSE push.state END,
        lookups = CASE WHEN push.state = 'rejected' THEN push.lookups ELSE 0 END,
        next_attempt_at = clock_timestamp(), requested_by = %(requested_by)s, reason = NULL, next_step = NULL,
        is_withheld = false, updated_at = clock_timestamp()
    FROM locked
    WHERE push.order_push_id = locked.order_push_id
    RETURNING push.order_push_id, push.order_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
    SELECT order_push_id, %(worker)s, 'retry', 'requested', %(detail)s FROM queued
)
SELECT order_id FROM queued ORDER BY order_id;
