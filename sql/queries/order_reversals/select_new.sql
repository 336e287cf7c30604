-- Whatever is to be mirrored and is not in the ledger yet: a row committed late is found however old it is. The
-- cancellation of an order that was cancelled once more is in the ledger already, and waits to be sent again.
WITH found AS MATERIALIZED (
    SELECT * FROM crm.new_reversal WHERE data_source_id = %(data_source_id)s
), reopened AS (
    UPDATE crm.order_reversal reversal
    SET state = 'pending', cancelled_at = found.cancelled_at, next_attempt_at = clock_timestamp(), claimed_at = NULL,
        reason = NULL, next_step = NULL, dismissed_at = NULL, dismissed_by = NULL, dismissed_because = NULL,
        created_at = clock_timestamp(), updated_at = clock_timestamp()
    FROM found
    WHERE found.kind = 'cancellation'
      AND reversal.data_source_id = found.data_source_id AND reversal.order_id = found.order_id
      AND reversal.kind = 'cancellation' AND reversal.state IN ('pushed', 'rejected', 'dismissed')
)
INSERT INTO crm.order_reversal (data_source_id, order_id, kind, refund_id, cancelled_at)
SELECT data_source_id, order_id, kind, refund_id, cancelled_at
FROM found
ORDER BY refund_id NULLS LAST, order_id
ON CONFLICT DO NOTHING;
