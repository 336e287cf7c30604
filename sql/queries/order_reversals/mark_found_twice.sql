-- BigCommerce has a refund more than once: a person decides, whatever its state was and whoever holds it.
WITH found AS (
    UPDATE crm.order_reversal
    SET state = 'rejected', bigcommerce_refund_id = NULL, next_attempt_at = NULL, worker = NULL, lease_until = NULL,
        reason = %(reason)s, next_step = %(next_step)s, updated_at = clock_timestamp()
    WHERE order_reversal_id = %(order_reversal_id)s
    RETURNING order_reversal_id
)
INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, detail)
SELECT order_reversal_id, %(worker)s, 'look up', 'found twice', %(detail)s FROM found;
