SELECT product.campaign_id, campaign.currency_code, product.campaign_product_id, variant.variant_detail_id,
       variant.sku, variant.name, variant.price_in_effect AS price,
       (SELECT coalesce(max(order_id), 0) + 1 FROM crm.customer_order) AS next_order_id
FROM crm.campaign_product_variant variant
JOIN crm.campaign_product product USING (campaign_product_id)
JOIN crm.campaign USING (campaign_id)
JOIN crm.data_source source USING (campaign_id)
WHERE source.store_hash = %(store_hash)s
  AND variant.removed_at IS NULL AND NOT variant.purchasing_disabled
  AND variant.sku <> '' AND variant.price_in_effect > 0
ORDER BY variant.variant_detail_id
LIMIT %(limit)s;
