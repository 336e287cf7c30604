-- Sets or resets (NULL) the override price of a variant of this campaign, and keeps who did it. The same
-- price again changes nothing. No row comes back if the campaign has no such variant.
WITH held AS (
    SELECT variant.variant_detail_id, variant.override_price, variant.price, variant.name, variant.sku
    FROM crm.campaign_product_variant variant
    JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE product.campaign_id = %(campaign_id)s AND variant.variant_detail_id = %(variant_detail_id)s
    FOR UPDATE OF variant
), changed AS (
    UPDATE crm.campaign_product_variant variant
    SET override_price = %(price)s
    FROM held
    WHERE variant.variant_detail_id = held.variant_detail_id
      AND held.override_price IS DISTINCT FROM %(price)s::numeric
    RETURNING variant.variant_detail_id
), history AS (
    INSERT INTO crm.override_price_change (variant_detail_id, price_before, price_after, changed_by)
    SELECT held.variant_detail_id, held.override_price, %(price)s, %(changed_by)s
    FROM held JOIN changed USING (variant_detail_id)
)
SELECT held.variant_detail_id, held.sku, held.name, held.price, held.override_price AS price_before,
       %(price)s::numeric AS override_price, coalesce(%(price)s::numeric, held.price) AS price_in_effect
FROM held;
