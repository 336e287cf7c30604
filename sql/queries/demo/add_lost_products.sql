-- Two copies of each product of a store, with its variants, as if the store had listed them once; for demo data.
WITH original AS (
    SELECT product.*, copy.n FROM crm.campaign_product product
    JOIN crm.data_source source USING (campaign_id)
    CROSS JOIN generate_series(1, 2) copy (n)
    WHERE source.store_hash = %(store_hash)s
), lost AS (
    INSERT INTO crm.campaign_product
        (campaign_id, bigcommerce_product_id, name, sku, is_visible, biller_id, content_hash)
    SELECT campaign_id, bigcommerce_product_id + n * 1000000, name || ', last season', sku, is_visible, biller_id,
           content_hash
    FROM original
    RETURNING campaign_product_id, bigcommerce_product_id
)
INSERT INTO crm.campaign_product_variant
    (campaign_product_id, bigcommerce_variant_id, sku, name, options, price, purchasing_disabled, content_hash)
SELECT lost.campaign_product_id, variant.bigcommerce_variant_id + original.n * 1000000, variant.sku, variant.name,
       variant.options, variant.price, variant.purchasing_disabled, variant.content_hash
FROM original
JOIN lost ON lost.bigcommerce_product_id = original.bigcommerce_product_id + original.n * 1000000
JOIN crm.campaign_product_variant variant ON variant.campaign_product_id = original.campaign_product_id
