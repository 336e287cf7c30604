-- Keeps others from applying or undoing it until the transaction ends.
SELECT price_batch_id FROM crm.price_batch
WHERE campaign_id = %(campaign_id)s AND price_batch_id = %(price_batch_id)s
FOR UPDATE;
