-- The next stretch of the ledger's history, oldest first. An order's history goes as a whole, once the order has been
-- in BigCommerce since before then; that of an order that waits, is uncertain or rejected stays, however old.
WITH stretch AS MATERIALIZED (
    SELECT order_push_attempt_id, order_push_id, at
    FROM crm.order_push_attempt
    WHERE order_push_attempt_id > %(after)s
    ORDER BY order_push_attempt_id
    LIMIT %(limit)s
), doomed AS (
    SELECT attempt.order_push_attempt_id
    FROM stretch
    JOIN crm.order_push push USING (order_push_id)
    JOIN crm.order_push_attempt attempt USING (order_push_attempt_id)
    WHERE attempt.at < %(before)s AND push.state = 'pushed' AND push.updated_at < %(before)s
    FOR UPDATE OF attempt SKIP LOCKED
), deleted AS (
    DELETE FROM crm.order_push_attempt attempt
    USING doomed
    WHERE attempt.order_push_attempt_id = doomed.order_push_attempt_id AND NOT %(dry_run)s
)
SELECT max(order_push_attempt_id) AS last, coalesce(bool_and(at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM doomed) AS number
FROM stretch;
