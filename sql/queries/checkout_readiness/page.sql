-- A page of the variants that are wanted, and beside each how many of all are not ready, by reason ('' = any): working
-- out who is ready reads every variant, so it is done once. Without a variant, the row has the numbers alone.
WITH unready AS MATERIALIZED (
    SELECT * FROM crm.unready_variants(%(campaign_id)s)
),
counted AS (
    SELECT coalesce(jsonb_object_agg(reason, variants), '{}') AS counts
    FROM (
        SELECT reason, count(*) AS variants
        FROM unready CROSS JOIN LATERAL unnest(array_prepend('', reasons)) AS reason
        GROUP BY reason
    ) by_reason
),
page AS (
    SELECT campaign_product_id, variant_detail_id, bigcommerce_product_id, bigcommerce_variant_id, name, sku, reasons
    FROM unready
    WHERE variant_detail_id > %(after)s
      AND (%(reason)s::text IS NULL OR %(reason)s = ANY(reasons))
      AND (%(anywhere)s::text IS NULL OR name ILIKE %(anywhere)s OR sku ILIKE %(anywhere)s
           OR %(number)s IN (campaign_product_id, bigcommerce_product_id, bigcommerce_variant_id)
           OR variant_detail_id = %(variant_number)s)
    ORDER BY variant_detail_id
    LIMIT %(limit)s
)
SELECT counts, page.* FROM counted LEFT JOIN page ON true ORDER BY variant_detail_id;
