-- The CRM's side: orders completed in the range that should be in BigCommerce by now, and those that were
-- refunded or cancelled after they were sent; each with what the CRM refunded of it.
SELECT compared.order_id, compared.order_status, compared.state, compared.bigcommerce_order_id, compared.reason,
       compared.next_step, customer_order.total_amount, customer_order.currency_code,
       coalesce((SELECT sum(refund.amount) FROM crm.order_refund refund
                 WHERE refund.order_id = compared.order_id), 0) AS refunded_amount
FROM (
    SELECT sendable.order_id, 'COMPLETE' AS order_status, push.state, push.bigcommerce_order_id, push.reason,
           push.next_step
    FROM crm.sendable_order sendable
    LEFT JOIN crm.order_push push USING (data_source_id, order_id)
    WHERE sendable.data_source_id = %(data_source_id)s
      AND sendable.completed_at >= %(from_time)s
      AND sendable.completed_at < %(to_time)s
      AND (sendable.is_new OR push.order_push_id IS NOT NULL)
    UNION ALL
    SELECT order_id, undone.order_status, push.state, push.bigcommerce_order_id, push.reason, push.next_step
    FROM crm.order_push push
    JOIN crm.customer_order undone USING (order_id)
    WHERE push.data_source_id = %(data_source_id)s
      AND push.state = 'pushed'
      AND undone.order_status <> 'COMPLETE'
      AND undone.completed_at >= %(from_time)s
      AND undone.completed_at < %(to_time)s
) compared
JOIN crm.customer_order customer_order USING (order_id)
ORDER BY compared.order_id;
