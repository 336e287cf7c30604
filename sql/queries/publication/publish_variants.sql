-- override_price is not mentioned: it is the user's, whatever a sync finds.
WITH updated AS (
    UPDATE crm.campaign_product_variant held
    SET bigcommerce_variant_id = staged.bigcommerce_variant_id,
        sku = staged.sku, name = staged.name, options = staged.options, price = staged.price,
        compare_at_price = staged.compare_at_price, purchasing_disabled = staged.purchasing_disabled,
        content_hash = staged.content_hash, changed_at = now(), removed_at = NULL
    FROM staged_variant staged
    JOIN variant_change USING (bigcommerce_product_id, bigcommerce_variant_id)
    WHERE held.variant_detail_id = variant_change.variant_detail_id
      AND change IN ('changed', 'revived', 'relinked')
), removed AS (
    UPDATE crm.campaign_product_variant held
    SET removed_at = now(), changed_at = now()
    FROM variant_change
    WHERE held.variant_detail_id = variant_change.variant_detail_id AND change = 'removed'
)
INSERT INTO crm.campaign_product_variant
    (campaign_product_id, bigcommerce_variant_id, sku, name, options, price, compare_at_price,
     purchasing_disabled, content_hash)
SELECT product.campaign_product_id, added.bigcommerce_variant_id, added.sku, added.name, added.options,
       added.price, added.compare_at_price, added.purchasing_disabled, added.content_hash
FROM new_variant added
JOIN crm.campaign_product product
  ON product.campaign_id = %(campaign_id)s AND product.bigcommerce_product_id = added.bigcommerce_product_id
ORDER BY added.bigcommerce_product_id, added.bigcommerce_variant_id;
