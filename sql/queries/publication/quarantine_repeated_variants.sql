-- After the changes are found: a quarantined variant is not taken for removed,
-- but one that was published twice has to go.
INSERT INTO quarantined (bigcommerce_product_id, bigcommerce_variant_id, sku, reason)
SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, format(%(reason)s::text, keeper_product_id)
FROM repeated_variant;
