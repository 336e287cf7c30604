-- The caller commits this before the message leaves.
INSERT INTO crm.alert (data_source_id, kind, change, number, newest, detail)
SELECT data_source_id, kind, change, number, newest, detail
FROM jsonb_to_recordset(%(reports)s) AS report (
    data_source_id bigint, kind text, change text, number bigint, newest timestamptz, detail text)
RETURNING alert_id;
