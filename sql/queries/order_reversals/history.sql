SELECT at, worker, action, outcome, status, detail
FROM crm.order_reversal_attempt
WHERE order_reversal_id = %(order_reversal_id)s
ORDER BY order_reversal_attempt_id;
