VACUUM (ANALYZE, SKIP_LOCKED) crm.change_hint;
