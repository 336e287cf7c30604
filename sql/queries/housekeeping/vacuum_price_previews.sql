VACUUM (ANALYZE, SKIP_LOCKED) crm.price_batch, crm.price_batch_row;
