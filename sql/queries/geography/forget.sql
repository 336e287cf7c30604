DELETE FROM crm.store_geography WHERE data_source_id = %(data_source_id)s;
