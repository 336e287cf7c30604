-- As order_push/clock_was_ahead.sql does for orders. A refund cannot have left before its row was made.
WITH ahead AS MATERIALIZED (
    SELECT reversal.order_reversal_id, source.order_lookup_delay_seconds
    FROM crm.order_reversal reversal JOIN crm.data_source source USING (data_source_id)
    WHERE reversal.state IN ('pending', 'sending', 'uncertain') AND reversal.next_attempt_at IS NOT NULL
      AND reversal.updated_at > clock_timestamp() + make_interval(secs => %(tolerance_seconds)s)
    ORDER BY reversal.order_id, reversal.order_reversal_id
    FOR UPDATE OF reversal SKIP LOCKED
)
UPDATE crm.order_reversal reversal
SET next_attempt_at = clock_timestamp() + make_interval(secs => ahead.order_lookup_delay_seconds),
    lease_until = least(reversal.lease_until, clock_timestamp() + make_interval(secs => %(lease_seconds)s)),
    sent_at = CASE WHEN reversal.sent_at IS NOT NULL
              THEN least(reversal.sent_at, reversal.created_at, clock_timestamp()) END,
    created_at = least(reversal.created_at, clock_timestamp()),
    updated_at = clock_timestamp()
FROM ahead
WHERE reversal.order_reversal_id = ahead.order_reversal_id;
