-- Refunds and cancellations that are not settled, of each data source that mirrors them or still has such ones. Settled
-- ones, nearly all, are not read.
SELECT source.store_hash, kind.name AS kind,
       count(open.state) FILTER (WHERE open.state = 'pending') AS pending,
       count(open.state) FILTER (WHERE open.state = 'sending') AS sending,
       count(open.state) FILTER (WHERE open.state = 'uncertain') AS uncertain,
       count(open.state) FILTER (WHERE open.state = 'rejected') AS rejected
FROM crm.data_source source
CROSS JOIN (VALUES ('refund'), ('cancellation')) AS kind (name)
LEFT JOIN crm.order_reversal open
    ON open.data_source_id = source.data_source_id AND open.kind = kind.name
    AND open.state IN ('pending', 'sending', 'uncertain', 'rejected')
WHERE source.state <> 'inactive'
GROUP BY source.data_source_id, kind.name
HAVING count(open.state) > 0
    OR CASE kind.name WHEN 'refund' THEN source.mirror_refunds <> 'off' ELSE source.mirror_cancellations END;
