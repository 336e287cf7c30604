-- What became of a claimed row, and a line of its history. Who lost the lease may still say that BigCommerce
-- has it, for that is certain whoever asks; anything else is up to the new holder.
WITH settled AS (
    UPDATE crm.order_reversal
    SET state = %(state)s,
        bigcommerce_refund_id = %(bigcommerce_refund_id)s,
        reason = %(reason)s,
        next_step = %(next_step)s,
        attempts = attempts + %(attempts)s,
        lookups = lookups + %(lookups)s,
        next_attempt_at = clock_timestamp() + make_interval(secs => %(delay_seconds)s),
        worker = NULL, lease_until = NULL, updated_at = clock_timestamp()
    WHERE order_reversal_id = %(order_reversal_id)s
      AND state <> 'pushed'
      AND (worker = %(worker)s OR %(state)s = 'pushed')
    RETURNING order_reversal_id
), history AS (
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, status, detail)
    VALUES (%(order_reversal_id)s, %(worker)s, %(action)s, %(outcome)s, %(status)s, %(detail)s)
)
SELECT order_reversal_id FROM settled;
