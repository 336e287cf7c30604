-- A data source that is paused already keeps who paused it, and when.
UPDATE crm.data_source SET paused_at = clock_timestamp(), paused_by = %(person)s
WHERE store_hash = %(store_hash)s AND state = 'active' AND paused_at IS NULL
