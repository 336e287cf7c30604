-- migrate:up
ALTER TABLE crm.data_source ADD COLUMN custom_fields_per_request smallint NOT NULL DEFAULT 50
    CHECK (custom_fields_per_request BETWEEN 1 AND 50);
COMMENT ON COLUMN crm.data_source.custom_fields_per_request IS 'How many custom fields the store takes in one request: 50 until it refuses so many. Learnt by the product sync; no setting.';

-- migrate:down
ALTER TABLE crm.data_source DROP COLUMN custom_fields_per_request;
