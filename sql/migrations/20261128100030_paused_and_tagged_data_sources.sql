-- migrate:up
ALTER TABLE crm.data_source
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN paused_by text CHECK (paused_by <> ''),
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD CHECK ((paused_at IS NULL) = (paused_by IS NULL));
COMMENT ON COLUMN crm.data_source.paused_at IS 'Since when nothing is scheduled for it: no syncs, and no orders are sent. Empty = it is not paused.';
COMMENT ON COLUMN crm.data_source.paused_by IS 'Name of the person who paused it.';
COMMENT ON COLUMN crm.data_source.tags IS 'Words by which people find and group their stores.';
COMMENT ON COLUMN crm.data_source.updated_at IS 'When a setting last changed, or when it was last resumed after a pause.';

ALTER TABLE crm.sync_run ADD COLUMN cancelled_by text CHECK (cancelled_by <> '');
COMMENT ON COLUMN crm.sync_run.cancelled_by IS 'Name of the person who cancelled it. Such a sync is Failed, but nothing is wrong with the store, so there is no alert.';

CREATE OR REPLACE VIEW crm.late_data_source AS
SELECT source.data_source_id, due.since
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT greatest(source.updated_at, (
        SELECT finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
        ORDER BY sync_run_id DESC
        LIMIT 1
    )) AS since
) due
WHERE source.state = 'active' AND source.paused_at IS NULL
  AND clock_timestamp() - due.since > 2 * make_interval(mins => source.auto_sync_minutes);
COMMENT ON VIEW crm.late_data_source IS 'Active data sources whose automatic sync is late: the last one was Completed more than twice the interval ago. A paused one is never late. The page, the metrics and the alerts all read this.';

-- migrate:down
CREATE OR REPLACE VIEW crm.late_data_source AS
SELECT source.data_source_id, due.since
FROM crm.data_source source
CROSS JOIN LATERAL (
    SELECT greatest(source.updated_at, (
        SELECT finished_at FROM crm.sync_run
        WHERE sync_run.data_source_id = source.data_source_id AND status = 'Completed' AND NOT dry_run
        ORDER BY sync_run_id DESC
        LIMIT 1
    )) AS since
) due
WHERE source.state = 'active'
  AND clock_timestamp() - due.since > 2 * make_interval(mins => source.auto_sync_minutes);
COMMENT ON VIEW crm.late_data_source IS 'Active data sources whose automatic sync is late: the last one was Completed more than twice the interval ago. The page, the metrics and the alerts all read this.';
ALTER TABLE crm.sync_run DROP COLUMN cancelled_by;
COMMENT ON COLUMN crm.data_source.updated_at IS 'When a setting last changed.';
ALTER TABLE crm.data_source DROP COLUMN paused_at, DROP COLUMN paused_by, DROP COLUMN tags;
