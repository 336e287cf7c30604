-- How often the store failed on an order, and failed again, while it took another order in between.
WITH failed AS (
    SELECT order_push_attempt_id, lag(order_push_attempt_id) OVER (ORDER BY order_push_attempt_id) AS previous
    FROM crm.order_push_attempt
    WHERE order_push_id = %(order_push_id)s AND action = 'send' AND outcome = 'uncertain'
)
SELECT count(*) AS number
FROM failed
WHERE EXISTS (SELECT FROM crm.order_push_attempt other JOIN crm.order_push push USING (order_push_id)
              WHERE push.data_source_id = %(data_source_id)s
                AND other.order_push_attempt_id > failed.previous
                AND other.order_push_attempt_id < failed.order_push_attempt_id
                AND other.action = 'send' AND other.outcome = 'pushed');
