-- Whether a worker would claim anything now; see claim.
SELECT EXISTS (
    SELECT FROM crm.order_reversal reversal
    JOIN crm.data_source source USING (data_source_id)
    WHERE reversal.data_source_id = %(data_source_id)s
      AND reversal.state IN ('pending', 'sending', 'uncertain')
      AND reversal.next_attempt_at <= clock_timestamp()
      AND (reversal.lease_until IS NULL OR reversal.lease_until <= clock_timestamp())
      AND (reversal.state <> 'pending'
           OR CASE reversal.kind WHEN 'refund' THEN source.mirror_refunds <> 'off'
              ELSE source.mirror_cancellations END)
) AS is_due;
