-- A store may have been renamed. It is no change of a setting, so updated_at stays.
UPDATE crm.data_source source
SET store_name = run.store_name
FROM crm.sync_run run
WHERE run.sync_run_id = %(sync_run_id)s
  AND source.data_source_id = run.data_source_id
  AND source.store_name <> run.store_name;
