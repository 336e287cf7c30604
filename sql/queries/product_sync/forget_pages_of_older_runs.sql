DELETE FROM crm.catalogue_page page USING crm.sync_run run
WHERE page.sync_run_id = run.sync_run_id
  AND run.data_source_id = (SELECT data_source_id FROM crm.sync_run WHERE sync_run_id = %(sync_run_id)s)
  AND (run.sync_run_id = %(sync_run_id)s
       OR (run.sync_run_id < %(sync_run_id)s AND run.status IN ('Completed', 'Failed')));
