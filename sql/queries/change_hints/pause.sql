-- A sync of changes failed.
INSERT INTO crm.change_pause AS pause (data_source_id, failures, until)
VALUES (%(data_source_id)s, 1, clock_timestamp() + interval '4 minutes')
ON CONFLICT (data_source_id) DO UPDATE
SET failures = pause.failures + 1,
    until = clock_timestamp() + least(interval '4 minutes' * 2 ^ least(pause.failures, 10), interval '1 hour');
