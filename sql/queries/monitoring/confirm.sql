-- Also reports that an earlier crash left unclear: this message has just told people how those problems stand.
UPDATE crm.alert SET told_at = clock_timestamp() WHERE told_at IS NULL;
