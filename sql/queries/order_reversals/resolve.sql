-- A person recorded whether BigCommerce has a refund whose request can no longer be on its way: with its id it is
-- pushed, without one it is sent again. No row while a worker holds it.
WITH resolved AS (
    UPDATE crm.order_reversal
    SET state = CASE WHEN %(bigcommerce_refund_id)s::bigint IS NULL THEN 'pending' ELSE 'pushed' END,
        bigcommerce_refund_id = %(bigcommerce_refund_id)s,
        next_attempt_at = CASE WHEN %(bigcommerce_refund_id)s::bigint IS NULL THEN clock_timestamp() END,
        lookups = 0, worker = NULL, lease_until = NULL, reason = NULL, next_step = NULL,
        updated_at = clock_timestamp()
    WHERE order_reversal_id = %(order_reversal_id)s
      AND kind = 'refund'
      AND state IN ('uncertain', 'rejected')
      AND (sent_at IS NULL OR sent_at < clock_timestamp() - make_interval(secs => %(settled_after_seconds)s))
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    RETURNING order_reversal_id
), history AS (
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, detail)
    SELECT order_reversal_id, %(person)s, 'resolve', %(outcome)s, %(detail)s FROM resolved
)
SELECT order_reversal_id FROM resolved;
