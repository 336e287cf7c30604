-- Without `changes`, which are many and which nobody reads in a list.
SELECT sync_run_id, dag_id, dag_run_id, dag_run_url, trigger, dry_run, status, step, error, summary,
       submitted_at, started_at, finished_at, requests, requests_least, counts,
       extract(epoch FROM finished_at - started_at)::float8 AS seconds
FROM crm.sync_run
WHERE data_source_id = %(data_source_id)s AND sync_run_id < %(before)s
ORDER BY sync_run_id DESC
LIMIT %(limit)s;
