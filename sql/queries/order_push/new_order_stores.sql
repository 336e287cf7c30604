-- Stores with orders that completed lately and are not in the ledger yet; none that is paused.
SELECT source.store_hash, source.store_name
FROM crm.data_source source
WHERE source.paused_at IS NULL
  AND source.data_source_id IN (
    SELECT data_source_id FROM crm.new_order
    -- not clock_timestamp(), for which no index is used
    WHERE completed_at >= now() - make_interval(secs => %(within_seconds)s))
ORDER BY source.store_hash;
