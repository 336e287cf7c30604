SELECT order_id, name, email_address FROM crm.customer_order WHERE order_id = ANY(%(order_ids)s::bigint[]);
