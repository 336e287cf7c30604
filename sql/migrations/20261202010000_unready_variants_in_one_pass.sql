-- migrate:up
-- The key of each SKU is made once for the variant and once for its group, and reasons are put together only for
-- variants that have one: half the time for a store with 50,000 variants that are ready.
CREATE OR REPLACE FUNCTION crm.unready_variants(campaign bigint) RETURNS TABLE (
    campaign_product_id bigint, variant_detail_id bigint, bigcommerce_product_id bigint,
    bigcommerce_variant_id bigint, name text, sku text, reasons text[]
) LANGUAGE sql STABLE AS $$
    SELECT campaign_product_id, variant_detail_id, bigcommerce_product_id, bigcommerce_variant_id, name, sku,
           array_remove(ARRAY[
               CASE WHEN is_blank THEN 'blank SKU' END,
               CASE WHEN is_repeated THEN 'duplicate SKU' END,
               CASE WHEN NOT is_written THEN 'not written' END,
               CASE WHEN is_written AND NOT is_readable THEN 'not readable' END,
               CASE WHEN is_hidden THEN 'hidden' END,
               CASE WHEN has_required_option THEN 'required option' END
           ], NULL) AS reasons
    FROM (
        SELECT listed.*,
               sku_key = '' AS is_blank,
               sku_key <> '' AND sku_key IN (
                   SELECT crm.sku_key(alike.sku)
                   FROM crm.campaign_product shelf
                   JOIN crm.campaign_product_variant alike USING (campaign_product_id)
                   WHERE shelf.campaign_id = campaign AND shelf.removed_at IS NULL AND alike.removed_at IS NULL
                   GROUP BY crm.sku_key(alike.sku)
                   HAVING count(*) > 1
               ) AS is_repeated,
               campaign_product_id IN (
                   SELECT required.campaign_product_id FROM crm.required_option required
               ) AS has_required_option
        FROM (
            SELECT product.campaign_product_id, variant.variant_detail_id, product.bigcommerce_product_id,
                   variant.bigcommerce_variant_id, variant.name, variant.sku, crm.sku_key(variant.sku) AS sku_key,
                   field.variant_detail_id IS NOT NULL
                       AND field.bigcommerce_variant_id = variant.bigcommerce_variant_id
                       AND field.namespace = source.custom_field_namespace AND field.key = source.custom_field_key
                       AND field.value = crm.write_back_value(product.campaign_product_id, variant.variant_detail_id)
                       AS is_written,
                   field.permission_set LIKE '%\_sf\_access' AS is_readable,
                   NOT product.is_visible AS is_hidden
            FROM crm.data_source source
            JOIN crm.campaign_product product USING (campaign_id)
            JOIN crm.campaign_product_variant variant USING (campaign_product_id)
            LEFT JOIN crm.variant_custom_field field USING (variant_detail_id)
            WHERE source.campaign_id = campaign AND product.removed_at IS NULL AND variant.removed_at IS NULL
            OFFSET 0 -- each is worked out once, not again for each place that names it
        ) listed
        OFFSET 0 -- as above
    ) variant
    WHERE is_blank OR is_repeated OR NOT is_written OR NOT is_readable OR is_hidden OR has_required_option
$$;

-- migrate:down
CREATE OR REPLACE FUNCTION crm.unready_variants(campaign bigint) RETURNS TABLE (
    campaign_product_id bigint, variant_detail_id bigint, bigcommerce_product_id bigint,
    bigcommerce_variant_id bigint, name text, sku text, reasons text[]
) LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT product.campaign_product_id, variant.variant_detail_id, product.bigcommerce_product_id,
               variant.bigcommerce_variant_id, variant.name, variant.sku,
               array_remove(ARRAY[
                   CASE WHEN crm.sku_key(variant.sku) = '' THEN 'blank SKU' END,
                   CASE WHEN crm.sku_key(variant.sku) IN (
                       SELECT crm.sku_key(alike.sku)
                       FROM crm.campaign_product shelf
                       JOIN crm.campaign_product_variant alike USING (campaign_product_id)
                       WHERE shelf.campaign_id = campaign AND shelf.removed_at IS NULL AND alike.removed_at IS NULL
                         AND crm.sku_key(alike.sku) <> ''
                       GROUP BY crm.sku_key(alike.sku)
                       HAVING count(*) > 1
                   ) THEN 'duplicate SKU' END,
                   CASE WHEN NOT held.is_written THEN 'not written' END,
                   CASE WHEN held.is_written AND field.permission_set NOT LIKE '%\_sf\_access' THEN 'not readable' END,
                   CASE WHEN NOT product.is_visible THEN 'hidden' END,
                   CASE WHEN product.campaign_product_id IN (
                       SELECT required.campaign_product_id FROM crm.required_option required
                   ) THEN 'required option' END
               ], NULL) AS reasons
        FROM crm.data_source source
        JOIN crm.campaign_product product USING (campaign_id)
        JOIN crm.campaign_product_variant variant USING (campaign_product_id)
        LEFT JOIN crm.variant_custom_field field USING (variant_detail_id)
        CROSS JOIN LATERAL (
            SELECT (field.bigcommerce_variant_id, field.namespace, field.key, field.value)
                   IS NOT DISTINCT FROM
                   (variant.bigcommerce_variant_id, source.custom_field_namespace, source.custom_field_key,
                    crm.write_back_value(product.campaign_product_id, variant.variant_detail_id)) AS is_written
        ) held
        WHERE source.campaign_id = campaign AND product.removed_at IS NULL AND variant.removed_at IS NULL
        OFFSET 0 -- the reasons are worked out once, not again for each place where a query names them
    ) variant
    WHERE reasons <> '{}'
$$;
