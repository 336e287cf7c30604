INSERT INTO crm.store_hook AS known (data_source_id, problem)
VALUES (%(data_source_id)s, %(problem)s)
ON CONFLICT (data_source_id) DO UPDATE SET problem = excluded.problem
