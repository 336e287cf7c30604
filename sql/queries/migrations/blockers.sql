-- Who holds the locks that a migration waits for right now, the longest transaction first. A role that is no monitor
-- does not see since when others' transactions last.
SELECT DISTINCT blocker.pid, blocker.usename AS user_name, blocker.application_name, blocker.xact_start AS since
FROM pg_stat_activity waiting
CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
JOIN pg_stat_activity blocker ON blocker.pid = blocking.pid
WHERE waiting.datname = current_database() AND waiting.application_name = %(migrating)s
ORDER BY since NULLS LAST, pid;
