SELECT count(*) AS quarantined,
       (SELECT to_jsonb(first)
        FROM (SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, reason
              FROM quarantined
              ORDER BY bigcommerce_product_id, bigcommerce_variant_id
              LIMIT 1) first) AS first_quarantined
FROM quarantined;
