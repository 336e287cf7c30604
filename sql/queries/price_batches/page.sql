-- A page of the batches of a campaign that were applied, newest first.
SELECT batch.price_batch_id, batch.campaign_id, batch.kind, batch.description, batch.undoes_id, batch.changes,
       batch.unchanged, batch.free, batch.too_fine, batch.problem_count, batch.problems, batch.created_by,
       batch.created_at, batch.applied_by, batch.applied_at, undo.price_batch_id AS undone_by_id, false AS is_expired
FROM crm.price_batch batch
LEFT JOIN crm.price_batch undo ON undo.undoes_id = batch.price_batch_id
WHERE batch.campaign_id = %(campaign_id)s
  AND batch.applied_at IS NOT NULL
  AND (%(before)s::bigint IS NULL OR batch.price_batch_id < %(before)s)
ORDER BY batch.price_batch_id DESC
LIMIT %(limit)s;
