-- migrate:up
ALTER TABLE crm.store_order ADD COLUMN status_read_at timestamptz NOT NULL DEFAULT clock_timestamp();
COMMENT ON COLUMN crm.store_order.status_read_at IS 'When it was first read that the order has this status, or is deleted, by our clock.';

ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting',
         'orders undone', 'orders not shipped'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days).';

-- migrate:down
DELETE FROM crm.alert WHERE kind IN ('orders undone', 'orders not shipped');
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long).';
ALTER TABLE crm.store_order DROP COLUMN status_read_at;
