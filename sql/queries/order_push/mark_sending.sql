-- Committed before the request leaves. No row comes back if the lease has ended, or if since it was claimed the order
-- was refunded or cancelled, its type was switched off, or its store was paused or deactivated: then it must not
-- leave. Nor must one that a person retried while this run goes on, if the store has an order under its id: the next
-- run holds it, unless look-ups have found that order gone.
UPDATE crm.order_push
SET state = 'sending', sent_at = clock_timestamp(), attempts = attempts + 1, lookups = 0, reason = NULL,
    next_step = NULL, updated_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s)
WHERE order_push_id = %(order_push_id)s
  AND worker = %(worker)s
  AND state = 'pending'
  AND lease_until > clock_timestamp()
  AND EXISTS (SELECT FROM crm.sendable_order sendable JOIN crm.data_source source USING (data_source_id)
              WHERE sendable.data_source_id = order_push.data_source_id AND sendable.order_id = order_push.order_id
                AND source.paused_at IS NULL)
  AND (lookups > 0
       OR NOT EXISTS (SELECT FROM crm.unrecorded_order unrecorded
                      WHERE unrecorded.data_source_id = order_push.data_source_id
                        AND unrecorded.order_id = order_push.order_id))
RETURNING order_push_id,
    -- a server set to commit without waiting for its disk would forget in a crash that the order left
    CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END;
