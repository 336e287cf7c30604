-- The next sync translates a product again unless all that the store lists of it is published, and nothing else. What is
-- quarantined is not. And where a product is listed without a usable id, nothing is removed, so variants may be
-- published that are no longer listed.
UPDATE staged_product SET source_digest = NULL
WHERE bigcommerce_product_id IN (SELECT quarantined.bigcommerce_product_id FROM quarantined)
   OR EXISTS (SELECT FROM quarantined WHERE quarantined.bigcommerce_product_id IS NULL);
