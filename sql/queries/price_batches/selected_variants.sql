-- The variants of a campaign with these ids.
SELECT variant.variant_detail_id, variant.sku, variant.name, variant.price, variant.override_price
FROM crm.campaign_product_variant variant
JOIN crm.campaign_product product USING (campaign_product_id)
WHERE product.campaign_id = %(campaign_id)s AND variant.variant_detail_id = ANY (%(variant_detail_ids)s::bigint[])
ORDER BY variant.variant_detail_id;
