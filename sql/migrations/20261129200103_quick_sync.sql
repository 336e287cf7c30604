-- migrate:up
ALTER TABLE crm.data_source
    ADD COLUMN quick_sync_minutes integer CHECK (quick_sync_minutes >= 5),
    ADD COLUMN quick_looked_at timestamptz,
    ADD COLUMN quick_looked_until timestamptz,
    ADD COLUMN flooded_at timestamptz;
COMMENT ON COLUMN crm.data_source.quick_sync_minutes IS 'Quick sync: minutes after which the store is asked which products changed, at least 5; empty = never.';
COMMENT ON COLUMN crm.data_source.quick_looked_at IS 'When the store was last asked which products changed, whether it answered or not.';
COMMENT ON COLUMN crm.data_source.quick_looked_until IS 'All changes until then, by the store''s clock, were listed.';
COMMENT ON COLUMN crm.data_source.flooded_at IS 'When more products had changed than are read one by one, so that a full sync was triggered; that happens once an hour at most.';

-- migrate:down
ALTER TABLE crm.data_source
    DROP COLUMN quick_sync_minutes, DROP COLUMN quick_looked_at, DROP COLUMN quick_looked_until, DROP COLUMN flooded_at;
