-- A default value that is none of the choices any more would be refused with every order.
DELETE FROM crm.option_default given
USING crm.required_option required
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE required.campaign_product_id = ANY(%(campaign_product_ids)s)
  AND given.variant_detail_id = variant.variant_detail_id
  AND given.bigcommerce_option_id = required.bigcommerce_option_id
  AND required.choices <> '[]'
  AND NOT EXISTS (
      SELECT FROM jsonb_array_elements(required.choices) AS choice WHERE choice ->> 'id' = given.value);
