UPDATE crm.data_source SET verify_next_sync = false WHERE data_source_id = %(data_source_id)s AND verify_next_sync;
