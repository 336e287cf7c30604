-- Another sync may have published other rows since this one compared the digests.
INSERT INTO unchanged_product (campaign_product_id, bigcommerce_product_id)
SELECT held.campaign_product_id, held.bigcommerce_product_id
FROM known_product
JOIN crm.campaign_product held USING (bigcommerce_product_id, source_digest)
WHERE held.campaign_id = %(campaign_id)s;
