-- In ascending order.
SELECT array_agg(nextval('crm.campaign_product_campaign_product_id_seq')) AS campaign_product_ids
FROM generate_series(1, %(number)s);
