SELECT data_source_id, store_hash, store_name FROM crm.data_source ORDER BY store_hash;
