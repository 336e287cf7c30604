COPY staged_variant (bigcommerce_product_id, bigcommerce_variant_id, sku, name, options, price,
                     compare_at_price, purchasing_disabled, content_hash) FROM STDIN
