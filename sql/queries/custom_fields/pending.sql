SELECT bigcommerce_variant_id, namespace, key, value, permission_set, metafield_id, variant_detail_id
FROM crm.pending_custom_field
WHERE data_source_id = %(data_source_id)s AND variant_detail_id > %(after)s
  AND (%(campaign_product_ids)s::bigint[] IS NULL OR campaign_product_id = ANY(%(campaign_product_ids)s))
ORDER BY variant_detail_id
LIMIT %(limit)s;
