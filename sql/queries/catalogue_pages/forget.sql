DELETE FROM crm.catalogue_page WHERE sync_run_id = %(sync_run_id)s;
