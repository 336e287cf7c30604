-- Rows of the ledger get the times that the CRM corrected. A notice is looked at until every transaction has ended that
-- may have added its order with the former time. Rows are locked by order id, as queue_again.sql does.
WITH seen AS (
    UPDATE crm.order_time_notice SET checked_at = clock_timestamp() WHERE checked_at IS NULL
), settled AS (
    DELETE FROM crm.order_time_notice
    WHERE checked_at < clock_timestamp() - make_interval(secs => %(settled_after_seconds)s)
), outdated AS MATERIALIZED (
    SELECT push.order_push_id, coalesce(sold.completed_at, sold.date_created) AS completed_at
    FROM (SELECT DISTINCT order_id FROM crm.order_time_notice) noted
    JOIN crm.customer_order sold USING (order_id)
    JOIN crm.order_push push USING (order_id)
    WHERE push.order_completed_at IS DISTINCT FROM coalesce(sold.completed_at, sold.date_created)
    ORDER BY push.order_id, push.order_push_id
    FOR UPDATE OF push
)
UPDATE crm.order_push push
SET order_completed_at = outdated.completed_at
FROM outdated
WHERE push.order_push_id = outdated.order_push_id;
