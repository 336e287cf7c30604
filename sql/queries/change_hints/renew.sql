-- Two changes of a product in the same second are events of the same hash, and the first may be read already.
-- BigCommerce repeats a call after a minute at the earliest, so what comes sooner is taken for another change.
UPDATE crm.change_hint
SET received_at = clock_timestamp(), handled_at = NULL
WHERE data_source_id = %(data_source_id)s AND event_hash = %(event_hash)s
  AND received_at > clock_timestamp() - interval '30 seconds';
