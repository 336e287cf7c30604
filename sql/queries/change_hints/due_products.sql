SELECT DISTINCT bigcommerce_id
FROM crm.change_hint
WHERE data_source_id = %(data_source_id)s AND subject = 'product' AND handled_at IS NULL
ORDER BY bigcommerce_id;
