-- Every metafield we believe to be in this store, to compare with what the store lists.
SELECT field.metafield_id
FROM crm.variant_custom_field field
JOIN crm.campaign_product_variant variant USING (variant_detail_id)
JOIN crm.campaign_product product USING (campaign_product_id)
JOIN crm.data_source source USING (campaign_id)
WHERE source.data_source_id = %(data_source_id)s AND variant.removed_at IS NULL;
