WITH held AS MATERIALIZED (
    SELECT variant.variant_detail_id, variant.bigcommerce_variant_id, product.bigcommerce_product_id,
           unchanged.campaign_product_id IS NOT NULL AS unchanged
    FROM crm.campaign_product_variant variant
    JOIN crm.campaign_product product USING (campaign_product_id)
    LEFT JOIN unchanged_product unchanged USING (campaign_product_id)
    WHERE product.campaign_id = %(campaign_id)s AND variant.removed_at IS NULL
      AND (%(only_product_ids)s::bigint[] IS NULL OR product.bigcommerce_product_id = ANY(%(only_product_ids)s))
), listed_sku AS MATERIALIZED (
    SELECT crm.sku_key(sku) AS key, count(*) AS variants FROM listed_variant GROUP BY crm.sku_key(sku)
)
SELECT
    (SELECT count(*) FROM staged_product) + (SELECT count(*) FROM unchanged_product) AS products,
    (SELECT count(*) FROM listed_variant) AS variants,
    (SELECT count(*) FROM quarantined) AS quarantined,
    (SELECT reason FROM quarantined ORDER BY bigcommerce_product_id, bigcommerce_variant_id LIMIT 1) AS first_reason,
    (SELECT count(*) FROM quarantined WHERE bigcommerce_product_id IS NULL) AS products_unidentified,
    (SELECT count(*)
     FROM quarantined
     WHERE bigcommerce_variant_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM held WHERE held.bigcommerce_product_id = quarantined.bigcommerce_product_id
                                          AND held.bigcommerce_variant_id = quarantined.bigcommerce_variant_id)
    ) AS variants_quarantined_new,
    (SELECT count(*)
     FROM held
     WHERE NOT held.unchanged
       AND NOT EXISTS (SELECT FROM variant_change
                       WHERE variant_change.variant_detail_id = held.variant_detail_id)
       AND NOT EXISTS (SELECT FROM staged_variant staged
                       WHERE staged.bigcommerce_product_id = held.bigcommerce_product_id
                         AND staged.bigcommerce_variant_id = held.bigcommerce_variant_id)) AS variants_kept,
    (SELECT count(*) FROM held) AS variants_held,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM product_change GROUP BY change) changes) AS product_changes,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM variant_change GROUP BY change) changes) AS variant_changes,
    (SELECT coalesce(sum(variants), 0)::bigint FROM listed_sku WHERE key = '') AS blank_skus,
    (SELECT coalesce(sum(variants), 0)::bigint FROM listed_sku WHERE key <> '' AND variants > 1) AS duplicate_skus;
