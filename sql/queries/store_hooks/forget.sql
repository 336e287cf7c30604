DELETE FROM crm.store_hook WHERE data_source_id = %(data_source_id)s
