-- Whether the store has answered an order with this status before, and has taken another order since then.
SELECT EXISTS (
    SELECT FROM crm.order_push_attempt refused
    WHERE refused.order_push_id = %(order_push_id)s
      AND refused.action = 'send' AND refused.outcome = 'waits' AND refused.status = %(status)s
      AND EXISTS (SELECT FROM crm.order_push_attempt other JOIN crm.order_push push USING (order_push_id)
                  WHERE push.data_source_id = %(data_source_id)s
                    AND other.order_push_attempt_id > refused.order_push_attempt_id
                    AND other.action = 'send' AND other.outcome = 'pushed')
) AS is_alone;
