INSERT INTO crm.required_option (campaign_product_id, bigcommerce_option_id, name, type, choices)
VALUES (%(campaign_product_id)s, %(bigcommerce_option_id)s, %(name)s, %(type)s, %(choices)s)
ON CONFLICT DO NOTHING;
