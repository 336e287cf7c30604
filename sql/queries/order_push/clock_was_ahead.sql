-- The database's clock was ahead when these rows were changed, and has been set right since: they would wait until it
-- gets there. They are due after the delay of a look-up, and a lease that may still be alive keeps its length. When
-- they really were sent is not known; not before their orders completed. Rows are locked by order id, as
-- queue_again.sql does.
WITH ahead AS MATERIALIZED (
    SELECT push.order_push_id, source.order_lookup_delay_seconds
    FROM crm.order_push push JOIN crm.data_source source USING (data_source_id)
    WHERE push.state IN ('pending', 'sending', 'uncertain') AND push.next_attempt_at IS NOT NULL
      AND push.updated_at > clock_timestamp() + make_interval(secs => %(tolerance_seconds)s)
    ORDER BY push.order_id, push.order_push_id
    FOR UPDATE OF push SKIP LOCKED
)
UPDATE crm.order_push push
SET next_attempt_at = clock_timestamp() + make_interval(secs => ahead.order_lookup_delay_seconds),
    lease_until = least(push.lease_until, clock_timestamp() + make_interval(secs => %(lease_seconds)s)),
    sent_at = CASE WHEN push.sent_at IS NOT NULL
              THEN least(push.sent_at, push.created_at, push.order_completed_at, clock_timestamp()) END,
    created_at = least(push.created_at, clock_timestamp()),
    updated_at = clock_timestamp()
FROM ahead
WHERE push.order_push_id = ahead.order_push_id;
