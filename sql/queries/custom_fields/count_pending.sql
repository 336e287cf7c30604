-- Variants whose custom field is missing in BigCommerce or differs from what it should be.
SELECT count(*) AS pending
FROM crm.pending_custom_field
WHERE data_source_id = %(data_source_id)s
  AND (%(campaign_product_ids)s::bigint[] IS NULL OR campaign_product_id = ANY(%(campaign_product_ids)s));
