-- migrate:up
-- Capital letters first: some small letters have the same capital, such as both Greek sigmas. Blanks are all of
-- Unicode's, and the marks without width that come with copied text.
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(upper(normalize(btrim(sku,
        E' \t\n\r\f\v\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029'
        '\u202f\u205f\u3000\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff'
    ))))
$$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if people take them for the same: it ignores case, blanks and unseen marks at both ends, and whether an accented letter is written as one character or two. Empty = no SKU.';

-- migrate:down
CREATE OR REPLACE FUNCTION crm.sku_key(sku text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lower(normalize(btrim(sku, E' \t\n\r\f\v\u00a0\u200b\u3000\ufeff'))) $$;
COMMENT ON FUNCTION crm.sku_key IS 'What two SKUs have in common if people take them for the same: it ignores case, blanks at both ends, visible or not, and whether an accented letter is written as one character or two. Empty = no SKU.';
