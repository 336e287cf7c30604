-- A person recorded whether BigCommerce has an order whose request can no longer be on its way: with its id it is
-- pushed, without one it is sent again. No row while a worker holds the order.
WITH resolved AS (
    UPDATE crm.order_push
    SET state = CASE WHEN %(bigcommerce_order_id)s::bigint IS NULL THEN 'pending' ELSE 'pushed' END,
        bigcommerce_order_id = %(bigcommerce_order_id)s,
        next_attempt_at = CASE WHEN %(bigcommerce_order_id)s::bigint IS NULL THEN clock_timestamp() END,
        lookups = 0, requested_by = 'manual', worker = NULL, lease_until = NULL, reason = NULL, next_step = NULL,
        updated_at = clock_timestamp()
    WHERE order_push_id = %(order_push_id)s
      AND state IN ('uncertain', 'rejected')
      AND sent_at < clock_timestamp() - make_interval(secs => %(settled_after_seconds)s)
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    RETURNING order_push_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
    SELECT order_push_id, %(person)s, 'resolve', %(outcome)s, %(detail)s FROM resolved
)
SELECT order_push_id FROM resolved;
