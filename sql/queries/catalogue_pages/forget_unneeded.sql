-- What housekeeping is just deleting is passed over rather than waited for.
DELETE FROM crm.catalogue_page page
USING (
    SELECT page.sync_run_id, page.page_number
    FROM crm.catalogue_page page JOIN crm.sync_run run USING (sync_run_id)
    WHERE run.data_source_id = (SELECT data_source_id FROM crm.sync_run WHERE sync_run_id = %(sync_run_id)s)
      AND (run.sync_run_id = %(sync_run_id)s
           OR (run.sync_run_id < %(sync_run_id)s AND run.status IN ('Completed', 'Failed')))
    FOR UPDATE OF page SKIP LOCKED
) unneeded
WHERE page.sync_run_id = unneeded.sync_run_id AND page.page_number = unneeded.page_number;
