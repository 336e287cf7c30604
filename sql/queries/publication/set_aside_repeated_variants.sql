-- A variant belongs to one product, and its custom field names only one. Where the store lists it below several, the
-- product that already has it here keeps it, else the first one does. Products that are not staged keep what they have:
-- unchanged ones, those that a sync of changes did not read, and those that cannot be used; of others, variants that
-- cannot be used.
WITH kept AS MATERIALIZED (
    SELECT held.bigcommerce_variant_id, product.bigcommerce_product_id
    FROM crm.campaign_product_variant held JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE product.campaign_id = %(campaign_id)s
      AND held.removed_at IS NULL
      AND held.bigcommerce_variant_id IN (SELECT bigcommerce_variant_id FROM staged_variant)
      AND NOT EXISTS (SELECT FROM staged_variant same
                      WHERE same.bigcommerce_variant_id = held.bigcommerce_variant_id
                        AND same.bigcommerce_product_id = product.bigcommerce_product_id)
      AND (product.bigcommerce_product_id <> ALL(%(only_product_ids)s::bigint[])
           OR EXISTS (SELECT FROM unchanged_product unchanged
                      WHERE unchanged.campaign_product_id = product.campaign_product_id)
           OR EXISTS (SELECT FROM quarantined
                      WHERE quarantined.bigcommerce_product_id IS NULL
                         OR (quarantined.bigcommerce_product_id = product.bigcommerce_product_id
                             AND (quarantined.bigcommerce_variant_id IS NULL
                                  OR quarantined.bigcommerce_variant_id = held.bigcommerce_variant_id))))
), repeated AS (
    SELECT bigcommerce_variant_id FROM staged_variant GROUP BY bigcommerce_variant_id HAVING count(*) > 1
    UNION
    SELECT bigcommerce_variant_id FROM kept
), keeper AS (
    SELECT DISTINCT ON (bigcommerce_variant_id) bigcommerce_variant_id, bigcommerce_product_id
    FROM (
        SELECT bigcommerce_variant_id, bigcommerce_product_id, 1 AS rank FROM kept
        UNION ALL
        SELECT staged.bigcommerce_variant_id, staged.bigcommerce_product_id,
               CASE WHEN EXISTS (SELECT FROM crm.campaign_product_variant held
                                 JOIN crm.campaign_product product USING (campaign_product_id)
                                 WHERE product.campaign_id = %(campaign_id)s
                                   AND product.bigcommerce_product_id = staged.bigcommerce_product_id
                                   AND held.bigcommerce_variant_id = staged.bigcommerce_variant_id
                                   AND held.removed_at IS NULL) THEN 2 ELSE 3 END
        FROM staged_variant staged JOIN repeated USING (bigcommerce_variant_id)
    ) claim
    ORDER BY bigcommerce_variant_id, rank, bigcommerce_product_id
), set_aside AS (
    DELETE FROM staged_variant staged USING keeper
    WHERE staged.bigcommerce_variant_id = keeper.bigcommerce_variant_id
      AND staged.bigcommerce_product_id <> keeper.bigcommerce_product_id
    RETURNING staged.bigcommerce_product_id, staged.bigcommerce_variant_id, staged.sku,
              keeper.bigcommerce_product_id AS keeper_product_id
)
INSERT INTO repeated_variant (bigcommerce_product_id, bigcommerce_variant_id, sku, keeper_product_id)
SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, keeper_product_id FROM set_aside;
