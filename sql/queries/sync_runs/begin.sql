INSERT INTO crm.sync_run AS run
    (data_source_id, dag_id, dag_run_id, dag_run_url, trigger, started_by,
     dry_run, allow_mass_removal, remove_at_most, verify_custom_fields, status, step, started_at)
VALUES
    (%(data_source_id)s, %(dag_id)s, %(dag_run_id)s, %(dag_run_url)s, %(trigger)s, %(started_by)s,
     %(dry_run)s, %(allow_mass_removal)s, %(remove_at_most)s,
     %(verify_custom_fields)s
         OR (SELECT verify_next_sync FROM crm.data_source WHERE data_source_id = %(data_source_id)s),
     'In Progress', 'checking access', clock_timestamp())
ON CONFLICT (dag_id, dag_run_id) DO UPDATE
SET status = 'In Progress', step = 'checking access', error = NULL, action = '', cancelled_by = NULL,
    finished_at = NULL, summary = '',
    dag_run_url = excluded.dag_run_url,
    dry_run = excluded.dry_run,
    allow_mass_removal = excluded.allow_mass_removal,
    remove_at_most = excluded.remove_at_most,
    verify_custom_fields = excluded.verify_custom_fields,
    started_at = coalesce(run.started_at, excluded.started_at)
RETURNING sync_run_id;
