-- migrate:up
ALTER TABLE crm.data_source ADD COLUMN changes_at_once boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN crm.data_source.changes_at_once IS 'Whether BigCommerce calls this Airflow at each change in the store (webhooks), so that the CRM need not wait for the next sync.';

CREATE TABLE crm.store_hook (
    data_source_id bigint PRIMARY KEY REFERENCES crm.data_source,
    destination text NOT NULL DEFAULT '',
    secret_digest bytea CHECK (octet_length(secret_digest) = 32),
    next_secret_digest bytea CHECK (octet_length(next_secret_digest) = 32),
    hook_ids bigint[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT false,
    active_changed_at timestamptz NOT NULL DEFAULT now(),
    checked_at timestamptz,
    last_event_at timestamptz,
    problem text NOT NULL DEFAULT ''
);
COMMENT ON TABLE crm.store_hook IS 'The webhooks of each store that has some or should have some. A call is accepted if it brings the secret that only the hook in BigCommerce holds.';
COMMENT ON COLUMN crm.store_hook.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.store_hook.destination IS 'Address that BigCommerce calls. Empty = none was made yet.';
COMMENT ON COLUMN crm.store_hook.secret_digest IS 'SHA-256 of the secret that a call must bring. Empty = none was made yet.';
COMMENT ON COLUMN crm.store_hook.next_secret_digest IS 'SHA-256 of the secret that is being given to the hooks: both are accepted until all hooks have it. Empty = none is.';
COMMENT ON COLUMN crm.store_hook.hook_ids IS 'BigCommerce ids of our hooks.';
COMMENT ON COLUMN crm.store_hook.is_active IS 'Whether all hooks were there and active when the store was last asked.';
COMMENT ON COLUMN crm.store_hook.active_changed_at IS 'When is_active last changed.';
COMMENT ON COLUMN crm.store_hook.checked_at IS 'When the store last said which hooks it has. Empty = never.';
COMMENT ON COLUMN crm.store_hook.last_event_at IS 'When BigCommerce last called, to some seconds. Empty = never.';
COMMENT ON COLUMN crm.store_hook.problem IS 'Why the last attempt to make, check or remove the hooks failed, with the next step. Empty = it worked.';

ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting',
         'orders undone', 'orders not shipped', 'webhooks'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days), webhooks (not in the store as they should be, so changes wait for the next sync).';

-- migrate:down
DELETE FROM crm.alert WHERE kind = 'webhooks';
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect', 'refunds rejected', 'refunds waiting',
         'orders undone', 'orders not shipped'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be), refunds rejected (or cancellations: cancelled here and shipping there), refunds waiting (or cancellations; or unclear: for long), orders undone (refunded, cancelled, declined or deleted in BigCommerce, but not in the CRM), orders not shipped (for days).';
DROP TABLE crm.store_hook;
ALTER TABLE crm.data_source DROP COLUMN changes_at_once;
