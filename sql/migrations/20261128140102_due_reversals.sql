-- migrate:up
CREATE VIEW crm.due_reversal AS
SELECT reversal.data_source_id,
       greatest(reversal.next_attempt_at, coalesce(reversal.lease_until, reversal.next_attempt_at)) AS due_at
FROM crm.order_reversal reversal
JOIN crm.data_source source ON source.data_source_id = reversal.data_source_id
WHERE reversal.state IN ('pending', 'sending', 'uncertain')
  AND reversal.next_attempt_at IS NOT NULL
  AND (reversal.state <> 'pending'
       OR CASE reversal.kind WHEN 'refund' THEN source.mirror_refunds <> 'off' ELSE source.mirror_cancellations END)
UNION ALL
SELECT data_source_id, now() FROM crm.new_reversal;
COMMENT ON VIEW crm.due_reversal IS 'Refunds and cancellations that a worker takes up, in the ledger or new; what was switched off meanwhile waits and is not among them.';
COMMENT ON COLUMN crm.due_reversal.data_source_id IS 'The store that has the order.';
COMMENT ON COLUMN crm.due_reversal.due_at IS 'From then on.';

-- migrate:down
DROP VIEW crm.due_reversal;
