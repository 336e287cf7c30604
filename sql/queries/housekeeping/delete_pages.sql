-- The raw pages of the next syncs that have some. They are deleted if the sync finished, or last made progress, before
-- that time. If a step of it is repeated later, it says that they are missing, or reads them again.
WITH batch AS MATERIALIZED (
    SELECT DISTINCT sync_run_id
    FROM crm.catalogue_page
    WHERE sync_run_id > %(after)s
    ORDER BY sync_run_id
    LIMIT %(limit)s
), chosen AS (
    SELECT page.sync_run_id, page.page_number
    FROM batch
    JOIN crm.sync_run run USING (sync_run_id)
    JOIN crm.catalogue_page page USING (sync_run_id)
    WHERE coalesce(run.finished_at,
                   greatest(run.submitted_at, run.started_at, run.read_started_at, run.read_at, run.published_at))
          < %(before)s
    FOR UPDATE OF page SKIP LOCKED
), deleted AS (
    DELETE FROM crm.catalogue_page page
    USING chosen
    WHERE page.sync_run_id = chosen.sync_run_id AND page.page_number = chosen.page_number AND NOT %(dry_run)s
)
SELECT max(sync_run_id) AS last, count(*) > 0 AS goes_on,
       (SELECT count(DISTINCT sync_run_id) FROM chosen) AS number
FROM batch;
