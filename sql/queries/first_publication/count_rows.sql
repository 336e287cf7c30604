-- As publication/count_changes.sql counts them, but all are new, so each row is read once.
WITH listed_sku AS (
    SELECT crm.sku_key(sku) AS key, count(*) AS variants FROM staged_variant GROUP BY crm.sku_key(sku)
)
SELECT (SELECT count(*) FROM staged_product) AS products,
       coalesce(sum(variants), 0)::bigint AS variants,
       coalesce(sum(variants) FILTER (WHERE key = ''), 0)::bigint AS blank_skus,
       coalesce(sum(variants) FILTER (WHERE key <> '' AND variants > 1), 0)::bigint AS duplicate_skus
FROM listed_sku;
