-- Whatever should be sent and is not in the ledger yet: a row committed late is found however old it is. What the CRM
-- held back when it was to leave, and does no longer, is in the ledger already, and waits again.
WITH released AS (
    UPDATE crm.order_push push
    SET state = 'pending', next_attempt_at = clock_timestamp(), reason = NULL, next_step = NULL,
        requested_by = %(requested_by)s, updated_at = clock_timestamp()
    FROM crm.order_completed_again again
    WHERE again.data_source_id = %(data_source_id)s AND push.order_push_id = again.order_push_id
      AND push.state = 'rejected'
    RETURNING push.order_push_id
), history AS (
    INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
    SELECT order_push_id, %(requested_by)s, 'retry', 'requested', 'The CRM no longer holds it back.' FROM released
)
INSERT INTO crm.order_push (data_source_id, order_id, requested_by)
SELECT data_source_id, order_id, %(requested_by)s
FROM crm.new_order
WHERE data_source_id = %(data_source_id)s
ORDER BY order_id
ON CONFLICT DO NOTHING;
