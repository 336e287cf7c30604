-- A pushed order as refunds and its cancellation need it; `mirrored` is what BigCommerce knows of its refunds.
SELECT customer_order.order_id, customer_order.order_status, customer_order.total_amount,
       customer_order.currency_code, push.bigcommerce_order_id,
       coalesce((SELECT sum(refund.amount)
                 FROM crm.order_reversal reversal JOIN crm.order_refund refund USING (refund_id)
                 WHERE reversal.data_source_id = push.data_source_id AND reversal.order_id = push.order_id
                   AND reversal.state = 'pushed'), 0) AS mirrored
FROM crm.customer_order customer_order
JOIN crm.order_push push USING (order_id)
WHERE push.data_source_id = %(data_source_id)s AND push.order_id = %(order_id)s AND push.state = 'pushed';
