-- Stores with orders that completed lately and are not in the ledger yet; none that is paused.
SELECT source.store_hash, source.store_name
FROM crm.data_source source
WHERE source.paused_at IS NULL
  AND source.data_source_id IN (
    SELECT sendable.data_source_id
    FROM crm.sendable_order sendable
    WHERE sendable.is_new
      -- not clock_timestamp(), for which no index is used
      AND sendable.completed_at >= now() - make_interval(secs => %(within_seconds)s)
      AND NOT EXISTS (SELECT FROM crm.order_push push
                      WHERE push.data_source_id = sendable.data_source_id
                        AND push.order_id = sendable.order_id))
ORDER BY source.store_hash;
