-- Only options that the product still requires, in the order of their ids.
SELECT variant.variant_detail_id, required.bigcommerce_option_id AS option_id, given.value
FROM crm.campaign_product_variant variant
JOIN crm.required_option required USING (campaign_product_id)
JOIN crm.option_default given USING (variant_detail_id, bigcommerce_option_id)
WHERE variant.variant_detail_id = ANY(%(variant_detail_ids)s)
ORDER BY variant.variant_detail_id, required.bigcommerce_option_id;
