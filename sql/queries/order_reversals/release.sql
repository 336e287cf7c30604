-- What a worker claimed and did not come to goes back as it was; what it was sending stays for a look-up.
UPDATE crm.order_reversal
SET worker = NULL, lease_until = NULL, updated_at = clock_timestamp()
WHERE worker = %(worker)s AND state IN ('pending', 'uncertain');
