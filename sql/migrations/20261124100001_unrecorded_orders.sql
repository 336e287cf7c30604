-- migrate:up
CREATE TABLE crm.unrecorded_order (
    data_source_id bigint NOT NULL REFERENCES crm.data_source,
    bigcommerce_order_id bigint NOT NULL,
    order_id bigint NOT NULL,
    date_created timestamptz,
    found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (data_source_id, bigcommerce_order_id)
);
CREATE INDEX unrecorded_order_order ON crm.unrecorded_order (data_source_id, order_id);
COMMENT ON TABLE crm.unrecorded_order IS 'Orders of ours that BigCommerce had and the ledger did not know of: sent after the backup that this database was restored from. None of them is sent again. Written by the order push only.';
COMMENT ON COLUMN crm.unrecorded_order.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.unrecorded_order.bigcommerce_order_id IS 'Its id in BigCommerce.';
COMMENT ON COLUMN crm.unrecorded_order.order_id IS 'The CRM''s id it was sent under. The CRM may have lost that order, and may give the id to another one.';
COMMENT ON COLUMN crm.unrecorded_order.date_created IS 'Its date in BigCommerce, which is completed_at of the order that was sent: another order under the same id has another. Empty = not readable.';
COMMENT ON COLUMN crm.unrecorded_order.found_at IS 'When it was found.';

ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order.';

-- migrate:down
DELETE FROM crm.order_finding WHERE kind = 'unknown to the CRM';
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there.';
DROP TABLE crm.unrecorded_order;
