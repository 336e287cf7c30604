-- These metafields are no longer in BigCommerce.
DELETE FROM crm.variant_custom_field field
USING crm.campaign_product_variant variant, crm.campaign_product product, crm.data_source source
WHERE field.variant_detail_id = variant.variant_detail_id
  AND variant.campaign_product_id = product.campaign_product_id
  AND product.campaign_id = source.campaign_id
  AND source.data_source_id = %(data_source_id)s
  AND field.metafield_id = ANY(%(metafield_ids)s);
