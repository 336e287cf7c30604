-- The hooks get a new secret. Until all have it, the one before is accepted, too.
INSERT INTO crm.store_hook AS known (data_source_id, destination, next_secret_digest)
VALUES (%(data_source_id)s, %(destination)s, %(digest)s)
ON CONFLICT (data_source_id) DO UPDATE SET
    destination = excluded.destination,
    next_secret_digest = excluded.next_secret_digest,
    is_active = false,
    active_changed_at = CASE WHEN known.is_active THEN now() ELSE known.active_changed_at END
