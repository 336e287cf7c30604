SELECT (SELECT min(order_id) FROM crm.customer_order
        WHERE client_order_id = %(client_order_id)s AND client_order_id <> '') AS order_id,
       (SELECT coalesce(max(order_id), 0) + 1 FROM crm.customer_order) AS next_order_id;
