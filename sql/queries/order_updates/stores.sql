-- Active stores with orders of ours to look at: unshipped ones, or ones pushed within so many days; for a named store,
-- any pushed order. Paused stores are not among them.
SELECT source.store_hash, source.store_name
FROM crm.data_source source
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND (%(store_hash)s::text IS NULL OR source.store_hash = %(store_hash)s)
  AND (EXISTS (SELECT FROM crm.store_order known
               WHERE known.data_source_id = source.data_source_id AND known.is_unshipped)
       OR EXISTS (SELECT FROM crm.order_push push
                  WHERE push.data_source_id = source.data_source_id AND push.state = 'pushed'
                    AND (%(store_hash)s::text IS NOT NULL
                         OR push.updated_at >= now() - make_interval(days => %(days)s))))
ORDER BY source.store_hash;
