-- The requests that were sent, instead of those that a worker had claimed.
UPDATE crm.store_geography SET requests = %(requests)s WHERE data_source_id = %(data_source_id)s;
