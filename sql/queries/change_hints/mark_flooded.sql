-- Of two runs that look at the same moment, one counts the flood.
UPDATE crm.data_source SET flooded_at = clock_timestamp()
WHERE store_hash = %(store_hash)s AND (flooded_at > now() - interval '1 hour') IS NOT TRUE;
