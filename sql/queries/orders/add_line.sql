INSERT INTO crm.customer_order_line
SELECT * FROM jsonb_populate_record(NULL::crm.customer_order_line, %(row)s);
