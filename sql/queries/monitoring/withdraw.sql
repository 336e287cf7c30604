DELETE FROM crm.alert WHERE alert_id = ANY(%(alert_ids)s) AND told_at IS NULL;
