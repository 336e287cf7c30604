SELECT data_source_id FROM crm.late_data_source
WHERE %(data_source_ids)s::bigint[] IS NULL OR data_source_id = ANY(%(data_source_ids)s)
