SELECT country_code, name, read_at
FROM crm.store_country
WHERE data_source_id = %(data_source_id)s
ORDER BY country_code;
