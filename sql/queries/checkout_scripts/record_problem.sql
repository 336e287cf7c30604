-- The store did not say what it has, so whatever was known of it stays.
INSERT INTO crm.checkout_script AS known (data_source_id, state, problem)
VALUES (%(data_source_id)s, 'missing', %(problem)s)
ON CONFLICT (data_source_id) DO UPDATE SET problem = excluded.problem
