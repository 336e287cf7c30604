-- The next batch of hints, oldest first. Handled ones are deleted, and those of deactivated data sources: activating
-- one again starts a full sync. Those of paused ones are kept.
WITH batch AS MATERIALIZED (
    SELECT change_hint_id, received_at
    FROM crm.change_hint
    WHERE change_hint_id > %(after)s
    ORDER BY change_hint_id
    LIMIT %(limit)s
), chosen AS (
    SELECT hint.change_hint_id
    FROM batch
    JOIN crm.change_hint hint USING (change_hint_id)
    JOIN crm.data_source source USING (data_source_id)
    WHERE hint.received_at < %(before)s AND (hint.handled_at IS NOT NULL OR source.state = 'inactive')
    FOR UPDATE OF hint SKIP LOCKED
), deleted AS (
    DELETE FROM crm.change_hint hint
    USING chosen
    WHERE hint.change_hint_id = chosen.change_hint_id AND NOT %(dry_run)s
)
SELECT max(change_hint_id) AS last, coalesce(bool_and(received_at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
