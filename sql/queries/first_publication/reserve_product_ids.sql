SELECT nextval(pg_get_serial_sequence('crm.campaign_product', 'campaign_product_id')) AS campaign_product_id
FROM generate_series(1, %(number)s);
