-- Refunds in the CRM, of orders or by their own ids, oldest first.
SELECT refund.refund_id, refund.order_id, refund.amount, refund.shipping, refund.tax, refund.reason,
       refund.created_at, customer_order.currency_code
FROM crm.order_refund refund
JOIN crm.customer_order customer_order USING (order_id)
WHERE refund.order_id = ANY(%(order_ids)s::bigint[]) OR refund.refund_id = ANY(%(refund_ids)s::bigint[])
ORDER BY refund.refund_id;
