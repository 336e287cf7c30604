COPY crm.campaign_product_variant (campaign_product_id, bigcommerce_variant_id, sku, name, options, price,
                                   compare_at_price, purchasing_disabled, content_hash) FROM STDIN
