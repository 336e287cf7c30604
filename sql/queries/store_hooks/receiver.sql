-- Whose calls are accepted: those to active data sources that have hooks, also to paused ones.
SELECT source.data_source_id, hook.secret_digest, hook.next_secret_digest
FROM crm.data_source source
JOIN crm.store_hook hook USING (data_source_id)
WHERE source.store_hash = %(store_hash)s AND source.state = 'active' AND source.changes_at_once
