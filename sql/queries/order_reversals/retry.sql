-- A person requests a retry of what was rejected or dismissed. It is looked up before it is sent.
WITH locked AS MATERIALIZED (
    SELECT order_reversal_id
    FROM crm.order_reversal
    WHERE order_reversal_id = ANY(%(reversal_ids)s::bigint[]) AND state IN ('rejected', 'dismissed')
    ORDER BY order_reversal_id
    FOR UPDATE
), requested AS (
    UPDATE crm.order_reversal reversal
    SET state = 'pending', next_attempt_at = clock_timestamp(), lookups = 0, reason = NULL, next_step = NULL,
        dismissed_at = NULL, dismissed_by = NULL, dismissed_because = NULL, updated_at = clock_timestamp()
    FROM locked
    WHERE reversal.order_reversal_id = locked.order_reversal_id
    RETURNING reversal.order_reversal_id
), history AS (
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome)
    SELECT order_reversal_id, %(person)s, 'retry', 'requested' FROM requested
)
SELECT order_reversal_id FROM requested ORDER BY order_reversal_id;
