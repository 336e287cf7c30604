-- Run this once, right after a restored database of the CRM is migrated (docs/backup.md). Ids that were assigned after
-- the backup may be in checkout links, custom fields and Airflow's runs, so they must never be assigned again.
SELECT format('%I.%I continues from %s', schemaname, sequencename,
              setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, start_value) + 1000000))
       AS sequence
FROM pg_sequences
WHERE schemaname = 'crm'
ORDER BY sequencename;

-- What is remembered of the stores' custom fields is as old as the backup.
UPDATE crm.data_source SET verify_next_sync = true;
