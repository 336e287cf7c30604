UPDATE crm.change_hint
SET handled_at = clock_timestamp()
WHERE data_source_id = %(data_source_id)s AND subject = 'order' AND handled_at IS NULL;
