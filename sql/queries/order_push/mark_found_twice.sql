-- A second order in BigCommerce: nothing more happens to it until a person decides.
WITH found AS (
    UPDATE crm.order_push
    SET state = 'uncertain', bigcommerce_order_id = NULL, next_attempt_at = NULL, worker = NULL, lease_until = NULL,
        sent_at = coalesce(sent_at, clock_timestamp()), reason = %(reason)s, next_step = %(next_step)s,
        updated_at = clock_timestamp()
    WHERE order_push_id = %(order_push_id)s
    RETURNING order_push_id
)
INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
SELECT order_push_id, %(worker)s, 'send', 'found twice', %(detail)s FROM found;
