-- A person decides that rejected orders are not sent. Whatever else happened to an order meanwhile wins.
WITH locked AS MATERIALIZED (
    SELECT push.order_push_id
    FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
    WHERE (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
      AND push.order_id = ANY(%(order_ids)s::bigint[])
      AND push.state = 'rejected'
    ORDER BY push.order_id, push.order_push_id -- as queue_again.sql does
    FOR UPDATE OF push
), dismissed AS (
    UPDATE crm.order_push push
    SET state = 'dismissed', dismissed_at = clock_timestamp(), dismissed_by = %(person)s,
        dismissed_because = %(because)s, next_attempt_at = NULL, updated_at = clock_timestamp()
    FROM locked
    WHERE push.order_push_id = locked.order_push_id
    RETURNING push.order_push_id, push.order_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
    SELECT order_push_id, %(person)s, 'dismiss', 'dismissed', %(because)s FROM dismissed
)
SELECT order_id FROM dismissed ORDER BY order_id;
