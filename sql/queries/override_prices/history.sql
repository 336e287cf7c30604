SELECT change.price_before, change.price_after, change.changed_by, change.changed_at, change.price_batch_id,
       batch.kind AS batch_kind, batch.description AS batch_description
FROM crm.override_price_change change
JOIN crm.campaign_product_variant variant USING (variant_detail_id)
JOIN crm.campaign_product product USING (campaign_product_id)
LEFT JOIN crm.price_batch batch USING (price_batch_id)
WHERE product.campaign_id = %(campaign_id)s AND variant.variant_detail_id = %(variant_detail_id)s
ORDER BY change.override_price_change_id DESC;
