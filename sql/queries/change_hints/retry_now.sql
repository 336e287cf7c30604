-- A person asks for another attempt: the hints no longer wait, and whoever listens looks now.
WITH ended AS (
    DELETE FROM crm.change_pause pause USING crm.data_source source
    WHERE source.data_source_id = pause.data_source_id AND source.store_hash = %(store_hash)s
    RETURNING pause.data_source_id
)
SELECT data_source_id, pg_notify(%(channel)s, data_source_id::text)::text AS notified FROM ended;
