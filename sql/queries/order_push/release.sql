-- What a worker claimed and did not come to goes back as it was; what it was sending stays for a look-up. Rows are
-- locked by order id, as queue_again.sql does.
WITH locked AS MATERIALIZED (
    SELECT order_push_id
    FROM crm.order_push
    WHERE worker = %(worker)s AND state IN ('pending', 'uncertain')
    ORDER BY order_id
    FOR UPDATE
)
UPDATE crm.order_push push
SET worker = NULL, lease_until = NULL, updated_at = clock_timestamp()
FROM locked
WHERE push.order_push_id = locked.order_push_id;
