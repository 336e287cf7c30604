-- The ids in BigCommerce of the other refunds of the same order.
SELECT bigcommerce_refund_id
FROM crm.order_reversal
WHERE order_id = %(order_id)s
  AND order_reversal_id <> %(order_reversal_id)s
  AND bigcommerce_refund_id IS NOT NULL;
