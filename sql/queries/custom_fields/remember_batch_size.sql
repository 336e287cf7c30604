UPDATE crm.data_source SET custom_fields_per_request = %(size)s
WHERE data_source_id = %(data_source_id)s AND custom_fields_per_request <> %(size)s;
