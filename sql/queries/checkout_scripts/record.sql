-- What the store has now. An unchanged state keeps its time. Without a script, the last version is kept: it tells a
-- script that the merchant removed from one with other settings.
INSERT INTO crm.checkout_script AS known (
    data_source_id, state, version, on_checkout_pages, installed_at, checked_at, problem
) VALUES (
    %(data_source_id)s, %(state)s, %(version)s, %(on_checkout_pages)s,
    CASE WHEN %(is_new)s THEN now() END, now(), %(problem)s
)
ON CONFLICT (data_source_id) DO UPDATE SET
    state = excluded.state,
    state_since = CASE WHEN known.state = excluded.state THEN known.state_since ELSE now() END,
    version = coalesce(nullif(excluded.version, ''), known.version),
    on_checkout_pages = excluded.on_checkout_pages,
    installed_at = coalesce(excluded.installed_at, known.installed_at),
    checked_at = excluded.checked_at,
    problem = excluded.problem
