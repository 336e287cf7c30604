VACUUM (ANALYZE, SKIP_LOCKED) crm.sync_run, crm.sync_change, crm.sync_warning, crm.catalogue_page;
