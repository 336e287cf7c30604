COPY staged_product (bigcommerce_product_id, name, sku, is_visible, content_hash, source_digest) FROM STDIN
