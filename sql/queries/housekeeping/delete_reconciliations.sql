-- The next batch of reconciliations, oldest first, with their differences. The newest of each data source is kept.
WITH batch AS MATERIALIZED (
    SELECT order_reconciliation_id, made_at
    FROM crm.order_reconciliation
    WHERE order_reconciliation_id > %(after)s
    ORDER BY order_reconciliation_id
    LIMIT %(limit)s
), chosen AS (
    SELECT made.order_reconciliation_id
    FROM batch JOIN crm.order_reconciliation made USING (order_reconciliation_id)
    WHERE made.made_at < %(before)s
      AND EXISTS (SELECT FROM crm.order_reconciliation newer
                  WHERE newer.data_source_id = made.data_source_id
                    AND newer.order_reconciliation_id > made.order_reconciliation_id)
    FOR UPDATE OF made SKIP LOCKED
), deleted AS (
    DELETE FROM crm.order_reconciliation made
    USING chosen
    WHERE made.order_reconciliation_id = chosen.order_reconciliation_id AND NOT %(dry_run)s
)
SELECT max(order_reconciliation_id) AS last, coalesce(bool_and(made_at < %(before)s), false) AS goes_on,
       (SELECT count(*) FROM chosen) AS number
FROM batch;
