-- migrate:up
CREATE FUNCTION crm.spreadsheet_text(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(value, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''')
$$;
COMMENT ON FUNCTION crm.spreadsheet_text IS 'The text for a CSV file, with an apostrophe before it if a spreadsheet would take it for a formula (OWASP, CSV injection); some take full-width signs for one, too.';

-- migrate:down
DROP FUNCTION crm.spreadsheet_text(text);
