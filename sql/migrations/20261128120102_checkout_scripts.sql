-- migrate:up
CREATE TABLE crm.checkout_script (
    data_source_id bigint PRIMARY KEY REFERENCES crm.data_source,
    state text NOT NULL
        CHECK (state IN ('installed', 'outdated', 'missing', 'removed', 'disabled', 'unknown')),
    state_since timestamptz NOT NULL DEFAULT now(),
    version text NOT NULL DEFAULT '',
    on_checkout_pages boolean NOT NULL DEFAULT false,
    installed_at timestamptz,
    checked_at timestamptz,
    problem text NOT NULL DEFAULT ''
);
COMMENT ON TABLE crm.checkout_script IS 'The script of the checkout redirect in each store that has it or should have it, as the store listed it when it was last checked.';
COMMENT ON COLUMN crm.checkout_script.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.checkout_script.state IS 'installed; outdated (of another program version, or of other settings); missing (never installed); removed or disabled (by the merchant, in BigCommerce); unknown (the access token may not manage scripts, so people may have copied it by hand).';
COMMENT ON COLUMN crm.checkout_script.state_since IS 'When the state last changed.';
COMMENT ON COLUMN crm.checkout_script.version IS 'Version of the script that the store has, or had last: a hash of its text. Empty = never any.';
COMMENT ON COLUMN crm.checkout_script.on_checkout_pages IS 'Whether it is on BigCommerce''s checkout pages, too, which needs a scope of its own.';
COMMENT ON COLUMN crm.checkout_script.installed_at IS 'When we last installed or updated it. Empty = never.';
COMMENT ON COLUMN crm.checkout_script.checked_at IS 'When the store last said what it has. Empty = never.';
COMMENT ON COLUMN crm.checkout_script.problem IS 'Why the last attempt to check, install or remove it failed, with the next step. Empty = it worked.';

ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ', 'checkout redirect'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation), checkout redirect (its script is not in the store as it should be).';

-- migrate:down
DELETE FROM crm.alert WHERE kind = 'checkout redirect';
ALTER TABLE crm.alert
    DROP CONSTRAINT alert_kind_check,
    ADD CONSTRAINT alert_kind_check CHECK (kind IN
        ('sync failing', 'sync late', 'orders rejected', 'orders found twice', 'orders uncertain',
         'orders waiting', 'orders differ'));
COMMENT ON COLUMN crm.alert.kind IS 'What is wrong: sync failing (the last one that ended Failed), sync late (none Completed within twice autoSync), orders rejected, orders found twice (in BigCommerce), orders uncertain, orders waiting (both: for long), orders differ (found by the latest reconciliation).';
DROP TABLE crm.checkout_script;
