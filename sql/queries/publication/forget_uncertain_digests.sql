-- Makes the next sync translate a product again unless exactly what the store lists of it is published. Quarantined
-- rows are not published. And if any product is listed without a usable id, nothing is removed, so variants that are no
-- longer listed may stay published.
UPDATE staged_product SET source_digest = NULL
WHERE bigcommerce_product_id IN (SELECT quarantined.bigcommerce_product_id FROM quarantined)
   OR EXISTS (SELECT FROM quarantined WHERE quarantined.bigcommerce_product_id IS NULL);
