-- What BigCommerce confirmed it has, for variants of this data source; anything else is none of ours. After a
-- change of API account a variant may have two such fields, one of each account: the right one counts, and of wrong
-- ones the one that is remembered, which we can change. It may be listed on an earlier page than the other.
INSERT INTO crm.variant_custom_field AS field
    (variant_detail_id, bigcommerce_variant_id, metafield_id, namespace, key, permission_set, value, written_at)
SELECT DISTINCT ON (variant.variant_detail_id)
       variant.variant_detail_id, found.bigcommerce_variant_id, found.metafield_id, found.namespace, found.key,
       found.permission_set, found.value, clock_timestamp()
FROM unnest(%(variant_ids)s::bigint[], %(metafield_ids)s::bigint[], %(namespaces)s::text[], %(keys)s::text[],
            %(permission_sets)s::text[], %(values)s::text[])
     AS found (bigcommerce_variant_id, metafield_id, namespace, key, permission_set, value)
CROSS JOIN LATERAL (
    -- looked up by its key: a join reads the whole campaign for every batch, and OFFSET 0 keeps it from becoming one
    SELECT variant.variant_detail_id, variant.campaign_product_id
    FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE variant.bigcommerce_variant_id = found.bigcommerce_variant_id AND variant.removed_at IS NULL
      AND product.campaign_id = (SELECT campaign_id FROM crm.data_source WHERE data_source_id = %(data_source_id)s)
    OFFSET 0
) variant
CROSS JOIN LATERAL (
    SELECT found.value = crm.write_back_value(variant.campaign_product_id, variant.variant_detail_id) AS is_right
) compared
LEFT JOIN crm.variant_custom_field held USING (variant_detail_id)
WHERE is_right
   OR ((held.bigcommerce_variant_id, held.namespace, held.key)
           = (found.bigcommerce_variant_id, found.namespace, found.key)
       AND held.metafield_id <> found.metafield_id) IS NOT TRUE
ORDER BY variant.variant_detail_id, is_right DESC, found.metafield_id DESC
ON CONFLICT (variant_detail_id) DO UPDATE
SET bigcommerce_variant_id = excluded.bigcommerce_variant_id, metafield_id = excluded.metafield_id,
    namespace = excluded.namespace, key = excluded.key, permission_set = excluded.permission_set,
    value = excluded.value, written_at = excluded.written_at
WHERE (field.bigcommerce_variant_id, field.metafield_id, field.namespace, field.key, field.permission_set,
       field.value)
      IS DISTINCT FROM
      (excluded.bigcommerce_variant_id, excluded.metafield_id, excluded.namespace, excluded.key,
       excluded.permission_set, excluded.value);
