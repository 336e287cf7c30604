-- Every variant of the products that a page would list.
COPY (
    SELECT product.campaign_product_id AS "campaign product id",
           variant.variant_detail_id AS "variant detail id",
           crm.write_back_value(product.campaign_product_id, variant.variant_detail_id) AS "checkout item",
           product.bigcommerce_product_id AS "BigCommerce product id",
           variant.bigcommerce_variant_id AS "BigCommerce variant id",
           crm.spreadsheet_text(variant.sku) AS sku,
           crm.spreadsheet_text(variant.name) AS name,
           variant.price, variant.compare_at_price AS "compare-at price",
           variant.override_price AS "override price", variant.price_in_effect AS "price in effect",
           campaign.currency_code AS currency,
           NOT variant.purchasing_disabled AS "sold in BigCommerce",
           to_char(coalesce(variant.removed_at, product.removed_at) AT TIME ZONE 'UTC',
                   'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "removed at"
    FROM crm.campaign_product product
    JOIN crm.campaign_product_mark mark USING (campaign_id, campaign_product_id)
    JOIN crm.campaign_product_variant variant USING (campaign_product_id)
    JOIN crm.campaign campaign USING (campaign_id)
    WHERE campaign_id = %(campaign_id)s
      AND mark.mark = %(mark)s
      AND (%(anywhere)s::text IS NULL OR campaign_product_id IN (
          SELECT crm.find_campaign_products(
              %(campaign_id)s, %(anywhere)s, %(beginning)s, %(number)s, %(variant_number)s)))
    ORDER BY campaign_product_id, variant.variant_detail_id
) TO STDOUT WITH (FORMAT csv, HEADER);
