SELECT is_complete FROM crm.store_geography WHERE data_source_id = %(data_source_id)s AND read_at IS NOT NULL;
