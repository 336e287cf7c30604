-- migrate:up
ALTER TABLE crm.store_order ADD COLUMN status_read_at timestamptz NOT NULL DEFAULT clock_timestamp();
COMMENT ON COLUMN crm.store_order.status_read_at IS 'When it was first read that the order has this status, or is deleted, by our clock.';

ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'orders undone', 'orders not shipped'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days).';

ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM',
                        'refunded in BigCommerce', 'cancelled in BigCommerce'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce still has it as it was sent; refunded in BigCommerce, cancelled in BigCommerce = so there, while it is COMPLETE in the CRM.';

-- migrate:down
DELETE FROM crm.alert WHERE kind IN ('orders undone', 'orders not shipped');
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation).';
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM',
                        'not shipped', 'refunded in BigCommerce', 'cancelled in BigCommerce'));
ALTER TABLE crm.store_order DROP COLUMN status_read_at;
