-- A person takes a dismissal back: the order is rejected again, for the reason it was rejected for.
WITH locked AS MATERIALIZED (
    SELECT push.order_push_id
    FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
    WHERE (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
      AND push.order_id = ANY(%(order_ids)s::bigint[])
      AND push.state = 'dismissed'
    ORDER BY push.order_id, push.order_push_id -- as queue_again.sql does
    FOR UPDATE OF push
), reopened AS (
    UPDATE crm.order_push push
    SET state = 'rejected', dismissed_at = NULL, dismissed_by = NULL, dismissed_because = NULL,
        updated_at = clock_timestamp()
    FROM locked
    WHERE push.order_push_id = locked.order_push_id
    RETURNING push.order_push_id, push.order_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome)
    SELECT order_push_id, %(person)s, 'reopen', 'rejected' FROM reopened
)
SELECT order_id FROM reopened ORDER BY order_id;
