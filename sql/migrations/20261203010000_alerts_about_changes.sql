-- migrate:up
-- Changes in a store that no run could bring into the CRM: where it has no automatic sync, nothing else said so.
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting',
         'orders undone', 'orders not shipped', 'webhooks', 'changes waiting'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days), webhooks (not in the store as they should be, so changes wait for the next sync), changes waiting (products that changed in the store for long, and could not be read).';

-- migrate:down
DELETE FROM crm.alert WHERE kind = 'changes waiting';
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting',
         'orders undone', 'orders not shipped', 'webhooks'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days), webhooks (not in the store as they should be, so changes wait for the next sync).';
