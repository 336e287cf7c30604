-- The lists are to be read where they are old, or where the last request for them failed a while ago. Of several
-- workers only one gets a row back.
INSERT INTO crm.store_geography AS known (data_source_id)
VALUES (%(data_source_id)s)
ON CONFLICT (data_source_id) DO UPDATE
SET asked_at = clock_timestamp()
WHERE known.asked_at < clock_timestamp() - make_interval(days => %(retry_after_days)s)
  AND (known.read_at IS NULL OR known.read_at < clock_timestamp() - make_interval(days => %(keep_days)s))
RETURNING data_source_id;
