SELECT attempt.at, attempt.worker, attempt.action, attempt.outcome, attempt.status, attempt.detail
FROM crm.order_push_attempt attempt
WHERE attempt.order_push_id = %(order_push_id)s
ORDER BY attempt.order_push_attempt_id;
