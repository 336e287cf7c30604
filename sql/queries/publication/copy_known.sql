COPY known_product (bigcommerce_product_id, source_digest) FROM STDIN
