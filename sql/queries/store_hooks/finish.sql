-- All hooks have the new secret, unless somebody else has begun with another meanwhile.
UPDATE crm.store_hook SET
    secret_digest = next_secret_digest,
    next_secret_digest = NULL,
    hook_ids = %(hook_ids)s,
    is_active = true,
    active_changed_at = now(),
    checked_at = now(),
    problem = ''
WHERE data_source_id = %(data_source_id)s AND next_secret_digest = %(digest)s
