-- What became of a claimed row, and a line of its history. Who lost the lease may still say that BigCommerce
-- has the order, for that is certain whoever asks; anything else is up to the new holder.
WITH settled AS (
    UPDATE crm.order_push
    SET state = %(state)s,
        bigcommerce_order_id = %(bigcommerce_order_id)s,
        reason = %(reason)s,
        next_step = %(next_step)s,
        is_withheld = %(is_withheld)s,
        lookups = lookups + %(lookups)s,
        next_attempt_at = clock_timestamp() + make_interval(secs => %(delay_seconds)s),
        worker = NULL, lease_until = NULL, updated_at = clock_timestamp()
    WHERE order_push_id = %(order_push_id)s
      AND state <> 'pushed'
      AND (worker = %(worker)s OR %(state)s = 'pushed')
    RETURNING order_push_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, status, detail)
    VALUES (%(order_push_id)s, %(worker)s, %(action)s, %(outcome)s, %(status)s, %(detail)s)
)
SELECT order_push_id FROM settled;
