-- migrate:up
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM', 'not shipped', 'refunded in BigCommerce',
                        'cancelled in BigCommerce', 'refunds differ', 'total differs'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce does not know that, or has shipped it; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM; refunds differ = both refunded something, but not the same amount; total differs = the order was changed there; not shipped = paid, in BigCommerce for days, and still to be shipped.';

-- "differs" goes by the reconciliation whose period ends last, as the alert does.
CREATE OR REPLACE VIEW crm.order_mark AS
SELECT data_source_id, order_id, 'not shipped' AS mark
FROM crm.store_order
WHERE is_unshipped
UNION ALL
SELECT data_source_id, order_id, 'refund rejected'
FROM crm.order_reversal
WHERE state = 'rejected'
UNION ALL
SELECT source.data_source_id, finding.order_id, 'differs'
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT order_reconciliation_id
    FROM crm.order_reconciliation
    WHERE order_reconciliation.data_source_id = source.data_source_id
    ORDER BY to_time DESC, order_reconciliation_id DESC
    LIMIT 1
) latest
JOIN crm.order_finding finding USING (order_reconciliation_id);
COMMENT ON COLUMN crm.order_mark.mark IS 'not shipped = something of it is still to be shipped by the store; refund rejected = one of its refunds, or its cancellation, was rejected on its way to BigCommerce; differs = the store''s reconciliation whose period ends last found a difference.';

-- migrate:down
DELETE FROM crm.order_finding WHERE kind IN ('refunds differ', 'total differs');
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM',
                        'not shipped', 'refunded in BigCommerce', 'cancelled in BigCommerce'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce still has it as it was sent; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM; not shipped = paid, in BigCommerce for days, and still to be shipped.';
