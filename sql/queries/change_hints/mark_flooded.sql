UPDATE crm.data_source SET flooded_at = clock_timestamp() WHERE store_hash = %(store_hash)s;
