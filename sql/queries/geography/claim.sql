-- The lists are to be read where they are old, or where the last request for them failed a while ago. Of several
-- workers only one gets a row back: the requests that it may send. All of them count as sent until it says otherwise.
WITH earlier AS (
    SELECT requests
    FROM crm.store_geography
    WHERE data_source_id = %(data_source_id)s
      AND asked_at >= clock_timestamp() - make_interval(days => %(keep_days)s)
)
INSERT INTO crm.store_geography AS known (data_source_id, requests)
VALUES (%(data_source_id)s, %(most_requests)s)
ON CONFLICT (data_source_id) DO UPDATE
SET asked_at = clock_timestamp(), requests = %(most_requests)s
WHERE known.asked_at < clock_timestamp() - make_interval(days => %(retry_after_days)s)
  AND (known.read_at IS NULL OR known.read_at < clock_timestamp() - make_interval(days => %(keep_days)s))
  AND (known.requests < %(most_requests)s
       OR known.asked_at < clock_timestamp() - make_interval(days => %(keep_days)s))
RETURNING %(most_requests)s - coalesce((SELECT requests FROM earlier), 0) AS allowed,
          known.read_at IS NOT NULL AND NOT known.is_complete AS by_country;
