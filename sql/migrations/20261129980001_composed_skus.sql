-- migrate:up
-- An accented letter may be one character or two that look the same; macOS and BigCommerce's apps write either.
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(normalize(btrim(sku, E' \t\n\r\f\v\u00a0\u200b\u3000\ufeff'))) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if people take them for the same: it ignores case, blanks at both ends, visible or not, and whether an accented letter is written as one character or two. Empty = no SKU.';

-- migrate:down
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(btrim(sku, E' \t\n\r\f\v\u00a0\u200b\u3000\ufeff')) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if people take them for the same: it ignores case, and blanks at both ends, visible or not. Empty = no SKU.';
