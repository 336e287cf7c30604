-- migrate:up
CREATE TABLE crm.change_pause (
    data_source_id bigint PRIMARY KEY REFERENCES crm.data_source,
    failures integer NOT NULL CHECK (failures > 0),
    until timestamptz NOT NULL
);
COMMENT ON TABLE crm.change_pause IS 'Stores whose syncs of changes fail: their hints wait, longer from failure to failure. A row goes when a sync succeeds, or when a person asks for another attempt.';
COMMENT ON COLUMN crm.change_pause.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.change_pause.failures IS 'How many syncs of changes failed one after the other.';
COMMENT ON COLUMN crm.change_pause.until IS 'Until then hints about products wait: 4 minutes after the first failure, twice as long after each further one, and an hour at most.';

-- migrate:down
DROP TABLE crm.change_pause;
