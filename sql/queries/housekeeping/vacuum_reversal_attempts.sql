VACUUM (ANALYZE, SKIP_LOCKED) crm.order_reversal_attempt;
