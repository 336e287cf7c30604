-- The next batch of attempts, oldest first. The attempts of an order are deleted together, once the order has been in
-- BigCommerce since before that time. Those of waiting, uncertain and rejected orders are kept however old they are.
WITH batch AS MATERIALIZED (
    SELECT order_push_attempt_id, order_push_id, at
    FROM crm.order_push_attempt
    WHERE order_push_attempt_id > %(after)s
    ORDER BY order_push_attempt_id
    LIMIT %(limit)s
), chosen AS (
    SELECT attempt.order_push_attempt_id
    FROM batch
    JOIN crm.order_push push USING (order_push_id)
    JOIN crm.order_push_attempt attempt USING (order_push_attempt_id)
    WHERE attempt.at < %(before)s AND push.state = 'pushed' AND push.updated_at < %(before)s
    FOR UPDATE OF attempt SKIP LOCKED
), deleted AS (
    DELETE FROM crm.order_push_attempt attempt
    USING chosen
    WHERE attempt.order_push_attempt_id = chosen.order_push_attempt_id AND NOT %(dry_run)s
)
SELECT max(order_push_attempt_id) AS last, coalesce(bool_and(at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
