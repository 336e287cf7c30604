-- Run once, right after the CRM's database was restored from a backup (docs/backup.md): an id that was given out since
-- the backup may be in checkout links, custom fields and Airflow's runs, so it must never come to mean something else.
SELECT format('%I.%I goes on from %s', schemaname, sequencename,
              setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, start_value) + 1000000))
       AS sequence
FROM pg_sequences
WHERE schemaname = 'crm'
ORDER BY sequencename;
