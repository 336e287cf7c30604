-- What became of orders after they were placed: their refunds and cancellations in the CRM, oldest first, with the
-- row of the ledger, if there is one, of each store.
SELECT refund.order_id, 'refund' AS kind, refund.refund_id, refund.created_at AS happened_at, reversal.order_reversal_id
FROM crm.order_refund refund
LEFT JOIN crm.order_reversal reversal USING (refund_id)
WHERE refund.order_id = ANY(%(order_ids)s::bigint[])
UNION ALL
SELECT customer_order.order_id, 'cancellation', NULL, coalesce(customer_order.cancelled_at, reversal.created_at),
       reversal.order_reversal_id
FROM crm.customer_order customer_order
LEFT JOIN crm.order_reversal reversal ON reversal.order_id = customer_order.order_id AND reversal.kind = 'cancellation'
WHERE customer_order.order_id = ANY(%(order_ids)s::bigint[])
  AND (customer_order.order_status = 'CANCELLED' OR reversal.order_reversal_id IS NOT NULL)
ORDER BY happened_at NULLS FIRST, refund_id, order_reversal_id;
