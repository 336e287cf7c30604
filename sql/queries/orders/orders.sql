SELECT *, clock_timestamp() AS read_at FROM crm.customer_order WHERE order_id = ANY(%(order_ids)s);
