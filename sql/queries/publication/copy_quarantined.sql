COPY quarantined (bigcommerce_product_id, bigcommerce_variant_id, sku, reason) FROM STDIN
