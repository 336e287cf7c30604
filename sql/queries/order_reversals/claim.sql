-- The next row that is due, for one worker, until its lease ends; those never tried first, then those not tried
-- for longest, so that what fails each time does not hold up the others; refunds before the cancellation of the
-- same order. A row left `sending` was left by a crash: whether BigCommerce got it is not known. What waits and was
-- switched off meanwhile, or whose store was paused or deactivated, goes on waiting. An order of which another row is
-- held or on its way has to wait: two workers that choose two rows of one order at the same moment are kept apart by
-- the index order_reversal_one_held. Behind an unclear refund waits only what would refund more; setting a status is
-- urgent.
WITH due AS (
    SELECT reversal.order_reversal_id
    FROM crm.order_reversal reversal
    JOIN crm.data_source source ON source.data_source_id = reversal.data_source_id
    WHERE reversal.data_source_id = %(data_source_id)s
      AND source.paused_at IS NULL
      AND reversal.state IN ('pending', 'sending', 'uncertain')
      AND reversal.next_attempt_at <= clock_timestamp()
      AND (reversal.lease_until IS NULL OR reversal.lease_until <= clock_timestamp())
      AND (reversal.state <> 'pending'
           OR source.state = 'active'
              AND CASE reversal.kind WHEN 'refund' THEN source.mirror_refunds <> 'off'
                  ELSE source.mirror_cancellations END)
      AND NOT EXISTS (
          SELECT FROM crm.order_reversal other
          WHERE other.data_source_id = reversal.data_source_id AND other.order_id = reversal.order_id
            AND other.order_reversal_id <> reversal.order_reversal_id
            AND (other.lease_until IS NOT NULL
                 OR other.state = 'sending'
                 OR (other.state = 'uncertain' AND reversal.kind = 'refund' AND source.mirror_refunds <> 'status')))
    ORDER BY reversal.claimed_at NULLS FIRST, reversal.kind DESC, reversal.order_reversal_id
    LIMIT 1
    FOR UPDATE OF reversal SKIP LOCKED
)
UPDATE crm.order_reversal reversal
SET worker = %(worker)s,
    claimed_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    state = CASE WHEN state = 'sending' THEN 'uncertain' ELSE state END,
    updated_at = clock_timestamp()
FROM due
WHERE reversal.order_reversal_id = due.order_reversal_id
RETURNING reversal.order_reversal_id, reversal.order_id, reversal.kind, reversal.refund_id, reversal.state,
    reversal.sent_at, reversal.attempts, reversal.lookups,
    EXISTS (
        SELECT FROM crm.order_reversal_attempt attempt
        WHERE attempt.order_reversal_id = reversal.order_reversal_id
          AND attempt.action = 'resolve' AND attempt.outcome = 'not in BigCommerce'
    ) AS is_known_absent;
