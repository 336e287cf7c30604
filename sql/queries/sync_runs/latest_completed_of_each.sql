-- The newest full sync of each data source, or of some, that brought the campaign up to date:
-- Completed, and no dry run.
SELECT run.*, source.store_hash
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT * FROM crm.sync_run
    WHERE sync_run.data_source_id = source.data_source_id AND only_product_ids IS NULL
      AND status = 'Completed' AND NOT dry_run
    ORDER BY sync_run_id DESC
    LIMIT 1
) run
WHERE %(data_source_ids)s::bigint[] IS NULL OR source.data_source_id = ANY(%(data_source_ids)s);
