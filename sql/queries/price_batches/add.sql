INSERT INTO crm.price_batch
    (campaign_id, kind, description, undoes_id, changes, unchanged, free, too_fine, problem_count, problems, created_by)
VALUES (%(campaign_id)s, %(kind)s, %(description)s, %(undoes_id)s, %(changes)s, %(unchanged)s, %(free)s, %(too_fine)s,
        %(problem_count)s, %(problems)s, %(created_by)s)
RETURNING price_batch_id;
