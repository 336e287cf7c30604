-- Orders that would be sent, or could be, although BigCommerce has one under their name since before the ledger knew:
-- the same order (it was completed at the same time) is looked up, and so adopted; another order that was given the
-- same id is for people. Neither is sent.
WITH known AS (
    SELECT unrecorded.order_id, min(unrecorded.bigcommerce_order_id) AS bigcommerce_order_id,
           bool_or(unrecorded.date_created IS NULL
                   OR abs(extract(epoch FROM unrecorded.date_created - customer_order.completed_at)) < 60) AS is_same
    FROM crm.unrecorded_order unrecorded
    JOIN crm.data_source source USING (data_source_id)
    JOIN crm.customer_order customer_order USING (order_id, campaign_id)
    WHERE unrecorded.data_source_id = %(data_source_id)s AND customer_order.order_status = 'COMPLETE'
    GROUP BY unrecorded.order_id
), held AS (
    INSERT INTO crm.order_push AS push
        (data_source_id, order_id, requested_by, state, sent_at, reason, next_step)
    SELECT %(data_source_id)s, order_id, 'schedule', CASE WHEN is_same THEN 'uncertain' ELSE 'rejected' END,
           clock_timestamp(),
           CASE WHEN is_same
               THEN 'BigCommerce has it already, as its order ' || bigcommerce_order_id || '; it is being looked up.'
               ELSE 'BigCommerce has another order under this id, its order ' || bigcommerce_order_id
                    || ': the CRM gave the id out again.' END,
           CASE WHEN is_same
               THEN 'Nothing: it settles itself.'
               ELSE 'Compare the two. Place this one in the CRM again under an id never used before; only if both are '
                    || 'the same order, give this one that order''s date (completed_at), then: '
                    || 'python -m include.order_push retry ' || order_id END
    FROM known
    ORDER BY order_id
    ON CONFLICT (data_source_id, order_id) DO UPDATE
    SET state = excluded.state, sent_at = coalesce(push.sent_at, excluded.sent_at), reason = excluded.reason,
        next_step = excluded.next_step, next_attempt_at = now(), lookups = 0, worker = NULL, lease_until = NULL,
        updated_at = clock_timestamp()
    WHERE push.state = 'pending' OR (push.state = 'rejected' AND excluded.state = 'uncertain')
    RETURNING push.order_push_id, push.state, push.reason
)
INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
SELECT order_push_id, %(worker)s, 'look up', state, reason FROM held;
