-- Committed before the refund leaves. No row comes back if the lease has ended, or if since the refund was claimed its
-- store was paused or deactivated, or records refunds no longer: then it must not leave.
UPDATE crm.order_reversal
SET state = 'sending', sent_at = clock_timestamp(), attempts = attempts + 1, lookups = 0, reason = NULL,
    next_step = NULL, updated_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE order_reversal_id = %(order_reversal_id)s
  AND worker = %(worker)s
  AND state = 'pending'
  AND lease_until > clock_timestamp()
  AND EXISTS (SELECT FROM crm.data_source source
              WHERE source.data_source_id = order_reversal.data_source_id
                AND source.state = 'active' AND source.paused_at IS NULL AND source.mirror_refunds = 'record')
RETURNING order_reversal_id,
    -- a server set to commit without waiting for its disk would forget in a crash that the refund left
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END;
