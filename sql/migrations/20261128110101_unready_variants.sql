-- migrate:up
-- Without the casts, Postgres calls the function for each row instead of writing its text into the query. With them,
-- reading all custom fields that are yet to be written takes half the time.
CREATE OR REPLACE FUNCTION crm.write_back_value(campaign_product_id bigint, variant_detail_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT campaign_product_id::text || '.' || variant_detail_id::text $$;

-- A function, not a view: Postgres writes it into the query with the campaign as a constant, so that it groups the SKUs
-- of that campaign only, and once.
CREATE FUNCTION crm.unready_variants(campaign bigint) RETURNS TABLE (
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
COMMENT ON FUNCTION crm.unready_variants IS 'Variants of a campaign, none of them removed, that the checkout redirect cannot carry: who buys such a variant pays in BigCommerce''s own checkout. reasons: all that applies of blank SKU; duplicate SKU (by crm.sku_key); not written: BigCommerce does not have its custom field, as far as we know; not readable: the storefront may not read the field; hidden: the product is not visible in the storefront, so nothing of it can be read there; required option: its shoppers must choose an option, which no link carries.';

-- migrate:down
DROP FUNCTION crm.unready_variants;
CREATE OR REPLACE FUNCTION crm.write_back_value(campaign_product_id bigint, variant_detail_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT campaign_product_id || '.' || variant_detail_id $$;
