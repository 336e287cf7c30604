-- In place of the tables in which other publications stage and compare: every row of the new campaign is new. They are
-- gone with new_campaign when the transaction ends.
CREATE TEMPORARY VIEW staged_product AS
SELECT bigcommerce_product_id, name, sku, is_visible, content_hash, source_digest
FROM crm.campaign_product
WHERE campaign_id = (SELECT campaign_id FROM new_campaign);

CREATE TEMPORARY VIEW staged_variant AS
SELECT product.bigcommerce_product_id, variant.bigcommerce_variant_id, variant.sku, variant.name, variant.options,
       variant.price, variant.compare_at_price, variant.purchasing_disabled, variant.content_hash
FROM crm.campaign_product product JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE product.campaign_id = (SELECT campaign_id FROM new_campaign);

CREATE TEMPORARY VIEW new_product AS TABLE staged_product;

CREATE TEMPORARY VIEW new_variant AS TABLE staged_variant;

CREATE TEMPORARY VIEW product_change AS
SELECT bigcommerce_product_id, NULL::bigint AS campaign_product_id, 'new' AS change FROM staged_product;

CREATE TEMPORARY VIEW variant_change AS
SELECT bigcommerce_product_id, bigcommerce_variant_id, NULL::bigint AS variant_detail_id, 'new' AS change
FROM staged_variant;
