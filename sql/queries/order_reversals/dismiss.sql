-- A person decides that what was rejected is not sent. Whatever else happened to it meanwhile wins.
WITH locked AS MATERIALIZED (
    SELECT order_reversal_id
    FROM crm.order_reversal
    WHERE order_reversal_id = ANY(%(reversal_ids)s::bigint[]) AND state = 'rejected'
    ORDER BY order_reversal_id
    FOR UPDATE
), dismissed AS (
    UPDATE crm.order_reversal reversal
    SET state = 'dismissed', dismissed_at = clock_timestamp(), dismissed_by = %(person)s,
        dismissed_because = %(because)s, next_attempt_at = NULL, updated_at = clock_timestamp()
    FROM locked
    WHERE reversal.order_reversal_id = locked.order_reversal_id
    RETURNING reversal.order_reversal_id
), history AS (
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, detail)
    SELECT order_reversal_id, %(person)s, 'dismiss', 'dismissed', %(because)s FROM dismissed
)
SELECT order_reversal_id FROM dismissed ORDER BY order_reversal_id;
