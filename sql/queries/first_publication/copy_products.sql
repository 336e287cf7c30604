COPY crm.campaign_product (campaign_product_id, campaign_id, biller_id, bigcommerce_product_id, name, sku, is_visible,
                           content_hash, source_digest) FROM STDIN
