DELETE FROM crm.change_pause WHERE data_source_id = %(data_source_id)s;
