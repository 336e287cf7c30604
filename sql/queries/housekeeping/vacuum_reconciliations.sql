VACUUM (ANALYZE, SKIP_LOCKED) crm.order_reconciliation, crm.order_finding;
