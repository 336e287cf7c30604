-- Rows that a worker claimed and died with before it sent anything: they wait as before.
UPDATE crm.order_reversal
SET worker = NULL, lease_until = NULL, updated_at = clock_timestamp()
WHERE data_source_id = %(data_source_id)s AND state = 'pending' AND lease_until <= clock_timestamp();
