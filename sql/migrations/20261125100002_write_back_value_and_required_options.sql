-- migrate:up
CREATE FUNCTION crm.write_back_value(campaign_product_id bigint, variant_detail_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT campaign_product_id || '.' || variant_detail_id $$;
COMMENT ON FUNCTION crm.write_back_value IS 'The value of a variant''s custom field in BigCommerce, and the item of a checkout link: <campaign product id>.<variant detail id>, e.g. 228.123.';

CREATE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(btrim(sku)) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if the checkout redirect takes them for the same: it ignores case and outer blanks. Empty = no SKU.';

CREATE OR REPLACE VIEW crm.pending_custom_field AS
SELECT source.data_source_id, variant.variant_detail_id, variant.bigcommerce_variant_id,
       source.custom_field_namespace AS namespace, source.custom_field_key AS key,
       source.custom_field_permission_set AS permission_set,
       wanted.value,
       CASE WHEN field.bigcommerce_variant_id = variant.bigcommerce_variant_id
            THEN field.metafield_id END AS metafield_id,
       source.campaign_id, product.campaign_product_id
FROM crm.data_source source
JOIN crm.campaign_product product USING (campaign_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
CROSS JOIN LATERAL (
    SELECT crm.write_back_value(product.campaign_product_id, variant.variant_detail_id) AS value
) wanted
LEFT JOIN crm.variant_custom_field field USING (variant_detail_id)
WHERE variant.removed_at IS NULL
  AND (field.bigcommerce_variant_id, field.namespace, field.key, field.permission_set, field.value)
      IS DISTINCT FROM
      (variant.bigcommerce_variant_id, source.custom_field_namespace, source.custom_field_key,
       source.custom_field_permission_set, wanted.value);

-- The store deleted these with their variants.
DELETE FROM crm.variant_custom_field field
USING crm.campaign_product_variant variant
WHERE field.variant_detail_id = variant.variant_detail_id AND variant.removed_at IS NOT NULL;

CREATE TABLE crm.required_option (
    campaign_product_id bigint NOT NULL REFERENCES crm.campaign_product,
    bigcommerce_option_id bigint NOT NULL CHECK (bigcommerce_option_id > 0),
    name text NOT NULL,
    type text NOT NULL,
    choices jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(choices) = 'array'),
    PRIMARY KEY (campaign_product_id, bigcommerce_option_id)
);
COMMENT ON TABLE crm.required_option IS 'Modifiers that BigCommerce requires in every order of a product. An order of such a product is refused unless each has a value: crm.option_default.';
COMMENT ON COLUMN crm.required_option.campaign_product_id IS 'The product.';
COMMENT ON COLUMN crm.required_option.bigcommerce_option_id IS 'Id of the modifier in BigCommerce; an order names it as the id of a product option.';
COMMENT ON COLUMN crm.required_option.name IS 'Name of the modifier as BigCommerce has it.';
COMMENT ON COLUMN crm.required_option.type IS 'Type of the modifier as BigCommerce has it: dropdown, text, date, …';
COMMENT ON COLUMN crm.required_option.choices IS 'The values to choose from: [{"id": 96, "label": "Red"}, …]; empty for text, numbers and dates.';

CREATE TABLE crm.option_default (
    variant_detail_id bigint NOT NULL REFERENCES crm.campaign_product_variant,
    bigcommerce_option_id bigint NOT NULL CHECK (bigcommerce_option_id > 0),
    value text NOT NULL CHECK (value <> ''),
    set_by text NOT NULL CHECK (set_by <> ''),
    set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (variant_detail_id, bigcommerce_option_id)
);
COMMENT ON TABLE crm.option_default IS 'The value that orders of a variant give a required option. Set by people; a sync never changes it.';
COMMENT ON COLUMN crm.option_default.variant_detail_id IS 'The variant.';
COMMENT ON COLUMN crm.option_default.bigcommerce_option_id IS 'The option, as in crm.required_option.';
COMMENT ON COLUMN crm.option_default.value IS 'As an order gives it: the id of a choice, or the text itself.';
COMMENT ON COLUMN crm.option_default.set_by IS 'Name of the person who set it.';
COMMENT ON COLUMN crm.option_default.set_at IS 'When.';

ALTER TABLE crm.campaign_product ADD COLUMN options_read_at timestamptz;
CREATE INDEX campaign_product_options_unread ON crm.campaign_product (campaign_id, campaign_product_id)
    WHERE options_read_at IS NULL AND removed_at IS NULL;
COMMENT ON COLUMN crm.campaign_product.options_read_at IS 'When its required options were last read from BigCommerce; empty = new or changed since, so the next sync reads them.';

ALTER TABLE crm.sync_warning DROP CONSTRAINT sync_warning_kind_check;
ALTER TABLE crm.sync_warning ADD CONSTRAINT sync_warning_kind_check
    CHECK (kind IN ('blank SKU', 'duplicate SKU', 'quarantined', 'custom field refused', 'required option'));
COMMENT ON COLUMN crm.sync_warning.kind IS 'blank SKU, duplicate SKU, quarantined (skipped in the import), required option (orders would be refused) or custom field refused (not written back).';

-- migrate:down
DELETE FROM crm.sync_warning WHERE kind = 'required option';
ALTER TABLE crm.sync_warning DROP CONSTRAINT sync_warning_kind_check;
ALTER TABLE crm.sync_warning ADD CONSTRAINT sync_warning_kind_check
    CHECK (kind IN ('blank SKU', 'duplicate SKU', 'quarantined', 'custom field refused'));
COMMENT ON COLUMN crm.sync_warning.kind IS 'blank SKU, duplicate SKU, quarantined (left out of the import) or custom field refused (not written back).';
ALTER TABLE crm.campaign_product DROP COLUMN options_read_at;
DROP TABLE crm.option_default, crm.required_option;
CREATE OR REPLACE VIEW crm.pending_custom_field AS
SELECT source.data_source_id, variant.variant_detail_id, variant.bigcommerce_variant_id,
       source.custom_field_namespace AS namespace, source.custom_field_key AS key,
       source.custom_field_permission_set AS permission_set,
       wanted.value,
       CASE WHEN field.bigcommerce_variant_id = variant.bigcommerce_variant_id
            THEN field.metafield_id END AS metafield_id,
       source.campaign_id, product.campaign_product_id
FROM crm.data_source source
JOIN crm.campaign_product product USING (campaign_id)
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
CROSS JOIN LATERAL (SELECT product.campaign_product_id || '.' || variant.variant_detail_id AS value) wanted
LEFT JOIN crm.variant_custom_field field USING (variant_detail_id)
WHERE variant.removed_at IS NULL
  AND (field.bigcommerce_variant_id, field.namespace, field.key, field.permission_set, field.value)
      IS DISTINCT FROM
      (variant.bigcommerce_variant_id, source.custom_field_namespace, source.custom_field_key,
       source.custom_field_permission_set, wanted.value);
DROP FUNCTION crm.sku_key, crm.write_back_value;
