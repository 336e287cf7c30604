-- The variants of a checkout link, also those that cannot be sold: people are told which and why.
SELECT product.campaign_id, campaign.currency_code, product.campaign_product_id, variant.variant_detail_id,
       product.name AS product_name, variant.sku, variant.name, variant.options,
       variant.price_in_effect AS price,
       product.removed_at IS NOT NULL OR variant.removed_at IS NOT NULL AS is_removed,
       variant.purchasing_disabled, coalesce(unset.name, '') AS unset_option
FROM crm.campaign_product_variant variant
JOIN crm.campaign_product product USING (campaign_product_id)
JOIN crm.campaign USING (campaign_id)
LEFT JOIN LATERAL (
    SELECT required.name
    FROM crm.required_option required
    WHERE required.campaign_product_id = variant.campaign_product_id
      AND NOT EXISTS (
          SELECT FROM crm.option_default given
          WHERE given.variant_detail_id = variant.variant_detail_id
            AND given.bigcommerce_option_id = required.bigcommerce_option_id)
    ORDER BY required.bigcommerce_option_id
    LIMIT 1
) unset ON true
WHERE variant.variant_detail_id = ANY(%(variant_detail_ids)s);
