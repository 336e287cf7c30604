-- The variants of a campaign that the lines of a file name, each by an id of ours, an id of BigCommerce or a SKU.
-- SKUs are compared as the checkout redirect compares them. An active variant hides removed ones with its SKU.
WITH named AS MATERIALIZED (
    SELECT * FROM unnest(%(lines)s::integer[], %(variant_detail_ids)s::bigint[], %(bigcommerce_variant_ids)s::bigint[],
                         %(skus)s::text[]) AS named (line_number, variant_detail_id, bigcommerce_variant_id, sku)
), held AS MATERIALIZED (
    SELECT variant.variant_detail_id, variant.bigcommerce_variant_id, variant.sku, variant.name, variant.price,
           variant.override_price, variant.removed_at
    FROM crm.campaign_product product JOIN crm.campaign_product_variant variant USING (campaign_product_id)
    WHERE product.campaign_id = %(campaign_id)s
), found AS (
    SELECT named.line_number, held.*, false AS by_sku
    FROM named JOIN held ON held.variant_detail_id = named.variant_detail_id
    UNION ALL
    SELECT named.line_number, held.*, false
    FROM named JOIN held ON held.bigcommerce_variant_id = named.bigcommerce_variant_id
    UNION ALL
    SELECT named.line_number, held.*, true
    FROM named JOIN held ON crm.sku_key(held.sku) = crm.sku_key(named.sku)
), ranked AS (
    SELECT *, rank() OVER (PARTITION BY line_number ORDER BY by_sku AND removed_at IS NOT NULL) AS place FROM found
)
SELECT line_number, variant_detail_id, sku, name, price, override_price
FROM ranked
WHERE place = 1
ORDER BY line_number, variant_detail_id;
