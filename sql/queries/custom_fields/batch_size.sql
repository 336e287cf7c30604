SELECT custom_fields_per_request FROM crm.data_source WHERE data_source_id = %(data_source_id)s;
