DELETE FROM crm.option_default
WHERE variant_detail_id = %(variant_detail_id)s AND bigcommerce_option_id = %(bigcommerce_option_id)s;
