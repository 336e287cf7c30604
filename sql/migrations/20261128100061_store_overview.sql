-- migrate:up
-- A store's overview asks for what happened in the last days, however long the history is.
CREATE INDEX sync_run_submitted ON crm.sync_run (data_source_id, submitted_at DESC);
CREATE INDEX order_push_settled ON crm.order_push (data_source_id, updated_at) INCLUDE (state)
    WHERE state IN ('pushed', 'rejected');

-- migrate:down
DROP INDEX crm.order_push_settled, crm.sync_run_submitted;
