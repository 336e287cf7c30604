SELECT country_code, name, state_code
FROM crm.store_state
WHERE data_source_id = %(data_source_id)s
ORDER BY country_code, name;
