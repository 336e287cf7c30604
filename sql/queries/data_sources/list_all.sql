SELECT * FROM crm.data_source ORDER BY store_hash
