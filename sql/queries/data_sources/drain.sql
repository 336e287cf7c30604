UPDATE crm.data_source SET state = 'draining', updated_at = now()
WHERE store_hash = %(store_hash)s AND state = 'active'
