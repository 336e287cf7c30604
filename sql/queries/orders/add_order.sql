-- As the CRM itself writes an order; for demo data. Columns by name from a JSON object.
INSERT INTO crm.customer_order
SELECT * FROM jsonb_populate_record(NULL::crm.customer_order, %(row)s);
