-- Committed before the refund leaves. No row comes back if the lease has ended: then it must not leave.
UPDATE crm.order_reversal
SET state = 'sending', sent_at = clock_timestamp(), attempts = attempts + 1, lookups = 0, reason = NULL,
    next_step = NULL, updated_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE order_reversal_id = %(order_reversal_id)s
  AND worker = %(worker)s
  AND state = 'pending'
  AND lease_until > clock_timestamp()
RETURNING order_reversal_id;
