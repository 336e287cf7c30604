-- The pieces of refunds, with the line of the order as it was ordered; that is missing if there is no such line.
SELECT refunded.refund_id, refunded.line_number, refunded.quantity, line.sku, line.name, line.quantity AS ordered
FROM crm.order_refund_line refunded
JOIN crm.order_refund refund USING (refund_id)
LEFT JOIN crm.customer_order_line line
    ON line.order_id = refund.order_id AND line.line_number = refunded.line_number
WHERE refunded.refund_id = ANY(%(refund_ids)s::bigint[])
ORDER BY refunded.refund_id, refunded.line_number;
