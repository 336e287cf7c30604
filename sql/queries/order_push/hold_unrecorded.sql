-- Orders that would be sent, or could be, although BigCommerce has one under their id: none of them is sent. One that
-- is not in the ledger and that a transaction of the CRM has locked stays out of it, as in select_new.sql.
WITH free AS MATERIALIZED (
    SELECT order_id FROM crm.customer_order
    WHERE order_id = ANY(%(order_ids)s::bigint[])
    ORDER BY order_id
    FOR KEY SHARE SKIP LOCKED
), held AS (
    INSERT INTO crm.order_push AS push
        (data_source_id, order_id, requested_by, state, sent_at, reason, next_step)
    SELECT %(data_source_id)s, order_id, 'schedule', state, clock_timestamp(), reason, next_step
    FROM unnest(%(order_ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(next_steps)s::text[])
         AS known (order_id, state, reason, next_step)
    WHERE order_id IN (SELECT order_id FROM free)
       OR EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = %(data_source_id)s AND push.order_id = known.order_id)
    ORDER BY order_id
    ON CONFLICT (data_source_id, order_id) DO UPDATE
    SET state = excluded.state, sent_at = coalesce(push.sent_at, excluded.sent_at), reason = excluded.reason,
        next_step = excluded.next_step, is_withheld = false, next_attempt_at = now(), lookups = 0, worker = NULL,
        lease_until = NULL, updated_at = clock_timestamp()
    WHERE push.state = 'pending' OR (push.state = 'rejected' AND excluded.state = 'uncertain')
    RETURNING push.order_push_id, push.state, push.reason
)
INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
SELECT order_push_id, %(worker)s, 'look up', state, reason FROM held;
