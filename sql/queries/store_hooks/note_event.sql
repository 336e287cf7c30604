-- Only once in some seconds: calls of one store that come at once must neither wait for each other
-- nor write this often.
UPDATE crm.store_hook SET last_event_at = now()
WHERE data_source_id = %(data_source_id)s
  AND (last_event_at IS NULL OR last_event_at < now() - make_interval(secs => %(seconds)s))
