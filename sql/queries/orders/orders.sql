SELECT * FROM crm.customer_order WHERE order_id = ANY(%(order_ids)s);
