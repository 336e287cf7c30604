VACUUM (ANALYZE, SKIP_LOCKED) crm.order_push_attempt;
