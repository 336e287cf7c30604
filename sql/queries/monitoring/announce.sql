-- To be committed before the message leaves.
INSERT INTO crm.alert (data_source_id, kind, change, number, newest, detail)
SELECT data_source_id, kind, change, number, newest, detail
FROM jsonb_to_recordset(%(news)s) AS news (
    data_source_id bigint, kind text, change text, number bigint, newest timestamptz, detail text)
RETURNING alert_id;
