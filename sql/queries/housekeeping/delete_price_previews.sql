-- The next batch of price changes, oldest first; those that nobody applied are deleted with their rows.
WITH batch AS MATERIALIZED (
    SELECT price_batch_id, created_at
    FROM crm.price_batch
    WHERE price_batch_id > %(after)s
    ORDER BY price_batch_id
    LIMIT %(limit)s
), chosen AS (
    SELECT preview.price_batch_id
    FROM batch JOIN crm.price_batch preview USING (price_batch_id)
    WHERE preview.created_at < %(before)s AND preview.applied_at IS NULL
    FOR UPDATE OF preview SKIP LOCKED
), deleted AS (
    DELETE FROM crm.price_batch preview
    USING chosen
    WHERE preview.price_batch_id = chosen.price_batch_id AND NOT %(dry_run)s
)
SELECT max(price_batch_id) AS last, coalesce(bool_and(created_at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
