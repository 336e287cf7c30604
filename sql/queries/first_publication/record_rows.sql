-- The rows added since the last time, as changes of the sync; publication/record_changes.sql describes new rows alike.
-- They are found by our ids, which are consecutive but for those that other syncs took meanwhile.
WITH run AS (
    SELECT sync_run_id FROM crm.sync_run WHERE sync_run_id = %(sync_run_id)s FOR KEY SHARE
), added AS MATERIALIZED (
    SELECT campaign_product_id, bigcommerce_product_id, sku, name, is_visible
    FROM crm.campaign_product
    WHERE campaign_product_id BETWEEN %(first_id)s AND %(last_id)s AND campaign_id = %(campaign_id)s
), described AS (
    SELECT 'product' AS kind, bigcommerce_product_id, NULL::bigint AS bigcommerce_variant_id, sku, name,
           jsonb_build_object('visible', is_visible) AS after
    FROM added
    UNION ALL
    SELECT 'variant', added.bigcommerce_product_id, variant.bigcommerce_variant_id, variant.sku, variant.name,
           jsonb_build_object('price', variant.price::text, 'compare_at_price', variant.compare_at_price::text,
                              'purchasable', NOT variant.purchasing_disabled)
    FROM added
    CROSS JOIN LATERAL (
        -- looked up by their product: Postgres knows nothing yet of the rows that this transaction has added, and may
        -- join them by comparing each with each; OFFSET 0 keeps this from becoming a join
        SELECT bigcommerce_variant_id, sku, name, price, compare_at_price, purchasing_disabled
        FROM crm.campaign_product_variant
        WHERE campaign_product_id = added.campaign_product_id
        OFFSET 0
    ) variant
), placed AS (
    SELECT *, %(recorded)s + row_number()
                  OVER (ORDER BY bigcommerce_product_id, kind, sku, bigcommerce_variant_id) AS place
    FROM described
)
INSERT INTO crm.sync_change
    (sync_run_id, place, change, kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, after)
SELECT sync_run_id, place, 'new', kind, bigcommerce_product_id, bigcommerce_variant_id, sku, name, after
FROM run CROSS JOIN placed
WHERE place <= %(limit)s;
