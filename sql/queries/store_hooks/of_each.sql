SELECT * FROM crm.store_hook
WHERE %(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s)
