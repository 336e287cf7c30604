-- The last full syncs of every data source, or of some, oldest first.
SELECT run.*, source.store_hash
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
    ORDER BY sync_run_id DESC
    LIMIT %(limit)s
) run
WHERE %(data_source_ids)s::bigint[] IS NULL OR source.data_source_id = ANY(%(data_source_ids)s)
ORDER BY source.data_source_id, run.sync_run_id;
