-- Changes until then are known: from the last quick look, or else from the last full sync.
UPDATE crm.data_source source
SET quick_looked_at = clock_timestamp()
WHERE source.data_source_id = %(data_source_id)s
RETURNING coalesce(source.quick_looked_until,
                   (SELECT max(run.read_started_at) FROM crm.sync_run run
                    WHERE run.data_source_id = source.data_source_id AND run.only_product_ids IS NULL
                      AND run.published_at IS NOT NULL)) AS looked_until,
          quick_looked_at AS now;
