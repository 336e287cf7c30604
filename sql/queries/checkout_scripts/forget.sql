DELETE FROM crm.checkout_script WHERE data_source_id = %(data_source_id)s
