SELECT
    (SELECT count(*) FROM staged_product) AS products,
    (SELECT count(*) FROM staged_variant) AS variants,
    (SELECT count(*) FROM quarantined) AS quarantined,
    (SELECT count(*) FROM quarantined WHERE bigcommerce_variant_id IS NOT NULL) AS variants_quarantined,
    (SELECT count(*)
     FROM crm.campaign_product_variant variant JOIN crm.campaign_product product USING (campaign_product_id)
     WHERE product.campaign_id = %(campaign_id)s AND variant.removed_at IS NULL) AS variants_held,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM product_change GROUP BY change) changes) AS product_changes,
    (SELECT coalesce(jsonb_object_agg(change, number), '{}')
     FROM (SELECT change, count(*) AS number FROM variant_change GROUP BY change) changes) AS variant_changes,
    (SELECT count(*) FROM staged_variant WHERE btrim(sku) = '') AS blank_skus,
    (SELECT coalesce(sum(number), 0)
     FROM (SELECT count(*) AS number FROM staged_variant WHERE btrim(sku) <> ''
           GROUP BY btrim(sku) HAVING count(*) > 1) duplicates) AS duplicate_skus;
