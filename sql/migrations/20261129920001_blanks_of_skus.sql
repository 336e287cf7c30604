-- migrate:up
-- Blanks that are typed or copied by mistake. Few, because every SKU is compared with each of them.
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(btrim(sku, E' \t\n\r\f\v\u00a0\u200b\u3000\ufeff')) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if people take them for the same: it ignores case, and blanks at both ends, visible or not. Empty = no SKU.';

-- migrate:down
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(btrim(sku)) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if the checkout redirect takes them for the same: it ignores case and outer blanks. Empty = no SKU.';
