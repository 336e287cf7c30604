-- The columns that finding the changes joins by; the others would take most of the time.
ANALYZE staged_product (bigcommerce_product_id),
        staged_variant (bigcommerce_product_id, bigcommerce_variant_id, sku);
