SELECT * FROM crm.data_source WHERE store_hash = %(store_hash)s FOR UPDATE
