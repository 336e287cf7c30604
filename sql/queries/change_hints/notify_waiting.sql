-- What was received while a sync of the store was at work notified nobody who could have acted on it.
SELECT pg_notify(%(channel)s, %(data_source_id)s::text)::text AS notified
WHERE EXISTS (SELECT FROM crm.change_hint
              WHERE data_source_id = %(data_source_id)s AND subject = 'product' AND handled_at IS NULL);
