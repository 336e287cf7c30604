-- A reconciliation has at most one difference of each order (include/order_push/reconcile.py).
SELECT kind, order_id, bigcommerce_order_ids, sentence
FROM crm.order_finding
WHERE order_reconciliation_id = %(order_reconciliation_id)s
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND order_id > %(after)s
ORDER BY order_id, kind
LIMIT %(limit)s;
