-- The next batch of attempts, oldest first. The attempts of a refund or a cancellation are deleted together, once it
-- has been in BigCommerce since before that time.
-- Those of waiting, uncertain and rejected ones are kept however old they are.
WITH batch AS MATERIALIZED (
    SELECT order_reversal_attempt_id, order_reversal_id, at
    FROM crm.order_reversal_attempt
    WHERE order_reversal_attempt_id > %(after)s
    ORDER BY order_reversal_attempt_id
    LIMIT %(limit)s
), chosen AS (
    SELECT attempt.order_reversal_attempt_id
    FROM batch
    JOIN crm.order_reversal reversal USING (order_reversal_id)
    JOIN crm.order_reversal_attempt attempt USING (order_reversal_attempt_id)
    WHERE attempt.at < %(before)s AND reversal.state = 'pushed' AND reversal.updated_at < %(before)s
    FOR UPDATE OF attempt SKIP LOCKED
), deleted AS (
    DELETE FROM crm.order_reversal_attempt attempt
    USING chosen
    WHERE attempt.order_reversal_attempt_id = chosen.order_reversal_attempt_id AND NOT %(dry_run)s
)
SELECT max(order_reversal_attempt_id) AS last, coalesce(bool_and(at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
