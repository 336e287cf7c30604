-- The lists of one store, or those of some of its countries, after the old ones were forgotten.
WITH geography AS (
    INSERT INTO crm.store_geography (data_source_id, read_at, is_complete)
    VALUES (%(data_source_id)s, clock_timestamp(), %(is_complete)s)
    ON CONFLICT (data_source_id) DO UPDATE SET read_at = excluded.read_at, is_complete = excluded.is_complete
    RETURNING data_source_id
), countries AS (
    INSERT INTO crm.store_country (data_source_id, country_code, name)
    SELECT data_source_id, code, name
    FROM geography, unnest(%(country_codes)s::text[], %(country_names)s::text[]) AS listed (code, name)
    ON CONFLICT DO NOTHING
)
INSERT INTO crm.store_state (data_source_id, country_code, name, state_code)
SELECT data_source_id, country_code, name, code
FROM geography,
     unnest(%(state_countries)s::text[], %(state_names)s::text[], %(state_codes)s::text[])
         AS listed (country_code, name, code)
ON CONFLICT DO NOTHING;
