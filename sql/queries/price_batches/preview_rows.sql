-- A page of the changes of a preview, by variant. `is_outdated`: no longer true, because somebody changed the price, or
-- a sync the synced price that the new one was worked out from. `unit`: the smallest amount of the currency.
SELECT row.variant_detail_id, variant.campaign_product_id, row.line_number, variant.sku, variant.name,
       variant.price AS synced_price, row.price_before, row.price_after,
       outdated.is_outdated, unusual.is_unusual
FROM crm.price_batch_row row
JOIN crm.campaign_product_variant variant USING (variant_detail_id)
CROSS JOIN LATERAL (
    SELECT variant.override_price IS DISTINCT FROM row.price_before
           OR (row.synced_price IS NOT NULL AND variant.price <> row.synced_price) AS is_outdated
) outdated
CROSS JOIN LATERAL (
    SELECT coalesce(row.price_after = 0 OR row.price_after <> round(row.price_after, %(decimals)s), false) AS is_unusual
) unusual
WHERE row.price_batch_id = %(price_batch_id)s
  AND row.variant_detail_id > %(after)s
  AND (%(show)s = 'all' OR (%(show)s = 'unusual' AND unusual.is_unusual)
       OR (%(show)s = 'outdated' AND outdated.is_outdated))
ORDER BY row.variant_detail_id
LIMIT %(limit)s;
