-- Rows that are due, for one worker, until its lease ends; those never tried first, so that one that fails each time
-- does not hold up the others. A row left `sending` was left by a crash: whether BigCommerce got it is not known.
-- What waits of a type that was switched off, or of a store that was paused meanwhile, goes on waiting. FOR UPDATE
-- SKIP LOCKED: no two workers ever claim one row.
WITH due AS (
    SELECT order_push_id, order_id
    FROM crm.order_push
    WHERE data_source_id = %(data_source_id)s
      AND NOT EXISTS (SELECT FROM crm.data_source source
                      WHERE source.data_source_id = order_push.data_source_id AND source.paused_at IS NOT NULL)
      AND order_push_id <> ALL(%(except_ids)s::bigint[])
      AND state IN ('pending', 'sending', 'uncertain')
      AND next_attempt_at <= clock_timestamp()
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
      AND (state <> 'pending' OR EXISTS (
          SELECT FROM crm.switched_on_order switched_on
          WHERE switched_on.data_source_id = order_push.data_source_id
            AND switched_on.order_id = order_push.order_id))
    ORDER BY attempts, order_push_id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE crm.order_push push
SET worker = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    state = CASE WHEN push.state = 'sending' THEN 'uncertain' ELSE push.state END,
    updated_at = clock_timestamp()
FROM due JOIN crm.customer_order sold USING (order_id)
WHERE push.order_push_id = due.order_push_id
RETURNING push.order_push_id, push.order_id, push.state, push.sent_at, push.attempts, push.lookups,
    -- The last attempts by the order in which they were recorded, since clocks are set back. Not by LIMIT 1, for which
    -- Postgres may read all attempts there are from the last one on.
    coalesce((
        SELECT (array_agg(attempt.action ORDER BY attempt.order_push_attempt_id DESC))[1]
        FROM crm.order_push_attempt attempt
        WHERE attempt.order_push_id = push.order_push_id AND attempt.action IN ('send', 'look up', 'resolve')
    ) = 'resolve', false) AS is_known_absent,
    -- whatever the no was; one that did not leave, or that was throttled, counts as not sent
    coalesce((
        SELECT (array_agg(attempt.outcome ORDER BY attempt.order_push_attempt_id DESC))[1]
        FROM crm.order_push_attempt attempt
        WHERE attempt.order_push_id = push.order_push_id AND attempt.action = 'send'
          AND NOT (attempt.outcome = 'waits' AND coalesce(attempt.status, 429) = 429)
    ) IN ('rejected', 'waits'), false) AS was_refused,
    sold.completed_at, sold.total_amount, sold.currency_code, sold.email_address;
