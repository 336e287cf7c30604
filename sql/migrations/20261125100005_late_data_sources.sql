-- migrate:up
CREATE VIEW crm.late_data_source AS
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
COMMENT ON COLUMN crm.late_data_source.data_source_id IS 'The data source.';
COMMENT ON COLUMN crm.late_data_source.since IS 'When its last sync was Completed, or when its settings were last changed if that is later: a store that was deactivated for a month is not late when it is activated again.';

-- migrate:down
DROP VIEW crm.late_data_source;
