-- All countries of a store with their states, or only these.
WITH countries AS (
    DELETE FROM crm.store_country
    WHERE data_source_id = %(data_source_id)s AND (%(all)s OR country_code = ANY(%(country_codes)s))
)
DELETE FROM crm.store_state
WHERE data_source_id = %(data_source_id)s AND (%(all)s OR country_code = ANY(%(country_codes)s));
