-- A page of the changes that a batch made, by variant. `is_outdated`: the price was changed again since.
SELECT change.variant_detail_id, variant.campaign_product_id, NULL::integer AS line_number, variant.sku, variant.name,
       variant.price AS synced_price, change.price_before, change.price_after,
       outdated.is_outdated, unusual.is_unusual
FROM crm.override_price_change change
JOIN crm.campaign_product_variant variant USING (variant_detail_id)
CROSS JOIN LATERAL (
    SELECT variant.override_price IS DISTINCT FROM change.price_after
           OR EXISTS (SELECT FROM crm.override_price_change newer
                      WHERE newer.variant_detail_id = change.variant_detail_id
                        AND newer.override_price_change_id > change.override_price_change_id) AS is_outdated
) outdated
CROSS JOIN LATERAL (
    SELECT coalesce(change.price_after = 0 OR change.price_after <> round(change.price_after, %(decimals)s), false)
           AS is_unusual
) unusual
WHERE change.price_batch_id = %(price_batch_id)s
  AND change.variant_detail_id > %(after)s
  AND (%(show)s = 'all' OR (%(show)s = 'unusual' AND unusual.is_unusual)
       OR (%(show)s = 'outdated' AND outdated.is_outdated))
ORDER BY change.variant_detail_id
LIMIT %(limit)s;
