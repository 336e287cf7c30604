-- migrate:up
CREATE TABLE crm.change_hint (
    change_hint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    subject text NOT NULL CHECK (subject IN ('product', 'order')),
    bigcommerce_id bigint NOT NULL CHECK (bigcommerce_id > 0),
    event_hash text NOT NULL CHECK (event_hash <> '' AND length(event_hash) <= 100),
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    handled_at timestamptz,
    UNIQUE (data_source_id, event_hash)
);
CREATE INDEX change_hint_due ON crm.change_hint (data_source_id, subject, bigcommerce_id) WHERE handled_at IS NULL;
COMMENT ON TABLE crm.change_hint IS 'Hints that something changed in a store. A hint says only where to look: what changed is always read from the store.';
COMMENT ON COLUMN crm.change_hint.data_source_id IS 'The data source of the store.';
COMMENT ON COLUMN crm.change_hint.subject IS 'What changed: a product (with its variants), or an order (with its shipments and refunds).';
COMMENT ON COLUMN crm.change_hint.bigcommerce_id IS 'The BigCommerce id of the product or the order.';
COMMENT ON COLUMN crm.change_hint.event_hash IS 'Tells events apart: a replayed event has the hash of the first and is no new hint.';
COMMENT ON COLUMN crm.change_hint.received_at IS 'When it was kept. What reads the store later than this sees the change.';
COMMENT ON COLUMN crm.change_hint.handled_at IS 'When the CRM had what was read from the store because of it, or from a later full sync; empty until then. Handled hints are kept for some days, so that a replayed event changes nothing.';

CREATE FUNCTION crm.announce_change_hints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('crm_store_changed', source.data_source_id::text)
    FROM crm.data_source source
    WHERE source.data_source_id IN (SELECT after.data_source_id FROM after)
      AND source.state = 'active' AND source.paused_at IS NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION crm.announce_change_hints() IS 'Notifies the channel crm_store_changed, as the transaction commits, of the stores whose hints a statement inserted. The payload is the id of the data source. Paused and deactivated data sources are not announced: nobody would read their stores.';
CREATE TRIGGER announce_inserted AFTER INSERT ON crm.change_hint
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION crm.announce_change_hints();

-- migrate:down
DROP TABLE crm.change_hint;
DROP FUNCTION crm.announce_change_hints();
