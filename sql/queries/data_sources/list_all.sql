SELECT * FROM crm.data_source
WHERE %(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s)
ORDER BY store_hash
