-- All syncs of a store, and its last change of settings, happened so many minutes earlier; for demo data.
WITH source AS (
    UPDATE crm.data_source SET updated_at = updated_at - make_interval(mins => %(minutes)s)
    WHERE store_hash = %(store_hash)s
    RETURNING data_source_id
)
UPDATE crm.sync_run run
SET submitted_at = submitted_at - make_interval(mins => %(minutes)s),
    started_at = started_at - make_interval(mins => %(minutes)s),
    published_at = published_at - make_interval(mins => %(minutes)s),
    finished_at = finished_at - make_interval(mins => %(minutes)s)
FROM source
WHERE run.data_source_id = source.data_source_id
