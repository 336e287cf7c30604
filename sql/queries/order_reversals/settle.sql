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
    RETURNING order_reversal_id, data_source_id, order_id, kind, state
), again AS (
    -- a refund sets the status of its order: one that was cancelled is looked at again
    UPDATE crm.order_reversal cancellation
    SET state = 'pending', updated_at = clock_timestamp(),
        next_attempt_at = clock_timestamp() + make_interval(secs => source.order_lookup_delay_seconds)
    FROM settled JOIN crm.data_source source USING (data_source_id)
    WHERE settled.kind = 'refund' AND settled.state = 'pushed'
      AND cancellation.data_source_id = settled.data_source_id AND cancellation.order_id = settled.order_id
      AND cancellation.kind = 'cancellation' AND cancellation.state = 'pushed'
), history AS (
    INSERT INTO crm.order_reversal_attempt (order_reversal_id, worker, action, outcome, status, detail)
    VALUES (%(order_reversal_id)s, %(worker)s, %(action)s, %(outcome)s, %(status)s, %(detail)s)
)
SELECT order_reversal_id FROM settled;
