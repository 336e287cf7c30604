-- A variant belongs to one product, and its custom field names only one. Where the store lists it below several, the
-- first one has it. Nobody has seen the rows of the others yet.
WITH repeated AS (
    SELECT bigcommerce_variant_id, min(bigcommerce_product_id) AS keeper_product_id
    FROM staged_variant
    GROUP BY bigcommerce_variant_id
    HAVING count(*) > 1
), set_aside AS (
    DELETE FROM crm.campaign_product_variant variant USING crm.campaign_product product, repeated
    WHERE product.campaign_product_id = variant.campaign_product_id
      AND product.campaign_id = (SELECT campaign_id FROM new_campaign)
      AND variant.bigcommerce_variant_id = repeated.bigcommerce_variant_id
      AND product.bigcommerce_product_id <> repeated.keeper_product_id
    RETURNING product.bigcommerce_product_id, variant.bigcommerce_variant_id, variant.sku, repeated.keeper_product_id
)
INSERT INTO repeated_variant (bigcommerce_product_id, bigcommerce_variant_id, sku, keeper_product_id)
SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, keeper_product_id FROM set_aside;
