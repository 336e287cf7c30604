-- A person decides that rejected orders are not sent. Whatever else happened to an order meanwhile wins.
WITH dismissed AS (
    UPDATE crm.order_push push
    SET state = 'dismissed', dismissed_at = clock_timestamp(), dismissed_by = %(person)s,
        dismissed_because = %(because)s, next_attempt_at = NULL, updated_at = clock_timestamp()
    FROM crm.data_source source
    WHERE source.data_source_id = push.data_source_id
      AND (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
      AND push.order_id = ANY(%(order_ids)s::bigint[])
      AND push.state = 'rejected'
    RETURNING push.order_push_id, push.order_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
    SELECT order_push_id, %(person)s, 'dismiss', 'dismissed', %(because)s FROM dismissed
)
SELECT order_id FROM dismissed ORDER BY order_id;
