-- Raw pages of the next syncs that have some: where a sync ended, or was last heard of, before then, they go. A step
-- of it that is repeated later says that they are gone, or reads anew.
WITH stretch AS MATERIALIZED (
    SELECT DISTINCT sync_run_id
    FROM crm.catalogue_page
    WHERE sync_run_id > %(after)s
    ORDER BY sync_run_id
    LIMIT %(limit)s
), doomed AS (
    SELECT page.sync_run_id, page.page_number
    FROM stretch
    JOIN crm.sync_run run USING (sync_run_id)
    JOIN crm.catalogue_page page USING (sync_run_id)
    WHERE coalesce(run.finished_at,
                   greatest(run.submitted_at, run.started_at, run.read_started_at, run.read_at, run.published_at))
          < %(before)s
    FOR UPDATE OF page SKIP LOCKED
), deleted AS (
    DELETE FROM crm.catalogue_page page
    USING doomed
    WHERE page.sync_run_id = doomed.sync_run_id AND page.page_number = doomed.page_number AND NOT %(dry_run)s
)
SELECT max(sync_run_id) AS last, count(*) > 0 AS goes_on,
       (SELECT count(DISTINCT sync_run_id) FROM doomed) AS number
FROM stretch;
