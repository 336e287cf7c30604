-- With what an earlier message left unclear, for this one has told how that stands now.
UPDATE crm.alert SET told_at = clock_timestamp() WHERE told_at IS NULL;
