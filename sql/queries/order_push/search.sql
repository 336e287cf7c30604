-- Rows that somebody may mean by a number of the CRM's or of BigCommerce's, or by a clientOrderId.
SELECT order_push_id FROM crm.order_push WHERE order_id = %(order_id)s
UNION
SELECT order_push_id FROM crm.order_push WHERE bigcommerce_order_id = %(bigcommerce_order_id)s
UNION
SELECT order_push_id FROM crm.customer_order JOIN crm.order_push USING (order_id)
WHERE left(client_order_id, 100) = left(%(text)s, 100) AND client_order_id = %(text)s AND client_order_id <> ''
LIMIT 1000;
