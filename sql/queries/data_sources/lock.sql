-- What refers to it, such as an order that is being added to the ledger, does not wait.
SELECT * FROM crm.data_source WHERE store_hash = %(store_hash)s FOR NO KEY UPDATE
