SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, reason
FROM quarantined
ORDER BY bigcommerce_product_id, bigcommerce_variant_id
LIMIT %(limit)s;
