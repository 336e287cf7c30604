SELECT variant.variant_detail_id, variant.name AS variant_name, required.bigcommerce_option_id,
       required.name AS option_name, required.type, required.choices, given.value
FROM crm.campaign_product product
JOIN crm.required_option required USING (campaign_product_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
LEFT JOIN crm.option_default given USING (variant_detail_id, bigcommerce_option_id)
WHERE product.campaign_id = %(campaign_id)s AND product.removed_at IS NULL AND variant.removed_at IS NULL
ORDER BY variant.variant_detail_id, required.bigcommerce_option_id;
