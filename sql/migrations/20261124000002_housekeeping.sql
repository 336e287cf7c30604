-- migrate:up
-- What housekeeping must know to be kept, without reading all there is: the published sync that read the store last
-- (a sync that is about to be published asks for it, too), and the newest reconciliation. To find what is old it needs
-- no index: ids ascend with time, so it walks along the primary keys.
CREATE INDEX sync_run_published ON crm.sync_run (data_source_id, read_started_at) WHERE published_at IS NOT NULL;
CREATE INDEX order_reconciliation_data_source ON crm.order_reconciliation (data_source_id, order_reconciliation_id DESC);

-- A ledger of millions of rows is a queue of a few: each order changes its row three times or more, and leaves as many
-- dead entries in the indexes that workers look for due orders in. By default Postgres would tidy up only after a fifth
-- of the whole ledger had changed.
ALTER TABLE crm.order_push SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- migrate:down
ALTER TABLE crm.order_push RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
DROP INDEX crm.order_reconciliation_data_source, crm.sync_run_published;
