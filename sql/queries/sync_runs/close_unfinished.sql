-- Runs of the same DAG (or of the command line) never overlap, and a sync of changes overlaps with none: one that is
-- still open when the next begins was ended from outside.
UPDATE crm.sync_run
SET status = 'Failed', finished_at = clock_timestamp(), step = '',
    error = %(sentence)s, action = 'start_again'
WHERE data_source_id = %(data_source_id)s
  AND (dag_id IS NOT DISTINCT FROM %(dag_id)s OR only_product_ids IS NOT NULL)
  AND (dag_id IS NULL OR dag_run_id <> %(dag_run_id)s)
  AND status IN ('Submitted', 'In Progress');
