VACUUM (ANALYZE, SKIP_LOCKED) crm.catalogue_page;
