INSERT INTO crm.store_hook AS known (data_source_id, problem)
VALUES (%(data_source_id)s, %(problem)s)
ON CONFLICT (data_source_id) DO UPDATE SET
    problem = excluded.problem,
    is_active = known.is_active AND NOT %(are_lost)s,
    active_changed_at = CASE WHEN known.is_active AND %(are_lost)s THEN now() ELSE known.active_changed_at END
