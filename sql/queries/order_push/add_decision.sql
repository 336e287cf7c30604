-- A line of an order's history, of what a person had done with it in BigCommerce.
INSERT INTO crm.order_push_attempt (order_push_id, worker, action, outcome, detail)
VALUES (%(order_push_id)s, %(person)s, %(action)s, %(outcome)s, %(detail)s);
