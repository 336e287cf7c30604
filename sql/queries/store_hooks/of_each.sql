SELECT * FROM crm.store_hook
WHERE %(data_source_id)s::bigint IS NULL OR data_source_id = %(data_source_id)s
