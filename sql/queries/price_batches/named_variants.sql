-- The variants of a campaign that the lines of a file name, each by an id of ours, an id of BigCommerce or a SKU.
-- An active variant hides removed ones with its SKU. has_sku: whether the variant has the SKU that stands beside
-- an id; true if none does.
WITH named AS MATERIALIZED (
    SELECT line_number, variant_detail_id, bigcommerce_variant_id, nullif(crm.sku_key(sku), '') AS sku_key,
           variant_detail_id IS NULL AND bigcommerce_variant_id IS NULL AS by_sku
    FROM unnest(
        %(lines)s::integer[], %(variant_detail_ids)s::bigint[], %(bigcommerce_variant_ids)s::bigint[], %(skus)s::text[]
    ) AS named (line_number, variant_detail_id, bigcommerce_variant_id, sku)
), held AS MATERIALIZED (
    SELECT variant.variant_detail_id, variant.bigcommerce_variant_id, variant.sku, crm.sku_key(variant.sku) AS sku_key,
           variant.name, variant.price, variant.override_price, variant.removed_at
    FROM crm.campaign_product product JOIN crm.campaign_product_variant variant USING (campaign_product_id)
    WHERE product.campaign_id = %(campaign_id)s
), found AS (
    SELECT named.line_number, named.sku_key AS named_sku_key, named.by_sku, held.*
    FROM named JOIN held ON held.variant_detail_id = named.variant_detail_id
    UNION ALL
    SELECT named.line_number, named.sku_key, named.by_sku, held.*
    FROM named JOIN held ON held.bigcommerce_variant_id = named.bigcommerce_variant_id
    UNION ALL
    SELECT named.line_number, named.sku_key, named.by_sku, held.*
    FROM named JOIN held ON held.sku_key = named.sku_key
    WHERE named.by_sku
), ranked AS (
    SELECT *, rank() OVER (PARTITION BY line_number ORDER BY by_sku AND removed_at IS NOT NULL) AS place FROM found
)
-- a line may name a variant twice: with and without the apostrophe of an export
SELECT line_number, variant_detail_id, sku, name, price, override_price,
       bool_or(named_sku_key IS NULL OR named_sku_key = sku_key) AS has_sku
FROM ranked
WHERE place = 1
GROUP BY line_number, variant_detail_id, sku, name, price, override_price
ORDER BY line_number, variant_detail_id;
