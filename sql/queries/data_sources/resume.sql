-- updated_at, so that it is not late because of the time it was paused.
UPDATE crm.data_source SET paused_at = NULL, paused_by = NULL, updated_at = clock_timestamp()
WHERE store_hash = %(store_hash)s AND paused_at IS NOT NULL
