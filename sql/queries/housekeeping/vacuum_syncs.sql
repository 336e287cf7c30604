VACUUM (ANALYZE, SKIP_LOCKED) crm.sync_run, crm.sync_warning, crm.catalogue_page;
