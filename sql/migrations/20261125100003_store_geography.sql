-- migrate:up
CREATE TABLE crm.store_geography (
    data_source_id bigint PRIMARY KEY REFERENCES crm.data_source ON DELETE CASCADE,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz,
    is_complete boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE crm.store_geography IS 'When the countries and states of a store were read. Written by the order push only.';
COMMENT ON COLUMN crm.store_geography.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.store_geography.asked_at IS 'When the store was last asked for its lists, successfully or not.';
COMMENT ON COLUMN crm.store_geography.read_at IS 'When the lists were last read; empty = never.';
COMMENT ON COLUMN crm.store_geography.is_complete IS 'Whether all states were read: where not, a state that is missing here may exist nevertheless.';

CREATE TABLE crm.store_country (
    data_source_id bigint NOT NULL REFERENCES crm.store_geography ON DELETE CASCADE,
    country_code text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (data_source_id, country_code)
);
COMMENT ON TABLE crm.store_country IS 'The countries that a store lists (GET /v2/countries): orders name them as it does.';
COMMENT ON COLUMN crm.store_country.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.store_country.country_code IS 'ISO 3166-1 alpha-2, in capitals.';
COMMENT ON COLUMN crm.store_country.name IS 'The store''s name of the country.';

CREATE TABLE crm.store_state (
    data_source_id bigint NOT NULL REFERENCES crm.store_geography ON DELETE CASCADE,
    country_code text NOT NULL,
    name text NOT NULL,
    state_code text NOT NULL,
    PRIMARY KEY (data_source_id, country_code, name)
);
COMMENT ON TABLE crm.store_state IS 'The states that a store lists (GET /v2/countries/states): orders name them as it does.';
COMMENT ON COLUMN crm.store_state.data_source_id IS 'The store.';
COMMENT ON COLUMN crm.store_state.country_code IS 'The country, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN crm.store_state.name IS 'The store''s name of the state.';
COMMENT ON COLUMN crm.store_state.state_code IS 'The store''s abbreviation of the state, perhaps empty.';

ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM',
                        'refunded in the CRM', 'cancelled in the CRM'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order; refunded in the CRM, cancelled in the CRM = so after it was pushed, while BigCommerce still has it as it was sent.';

-- migrate:down
DELETE FROM crm.order_finding WHERE kind IN ('refunded in the CRM', 'cancelled in the CRM');
ALTER TABLE crm.order_finding
    DROP CONSTRAINT order_finding_kind_check,
    ADD CONSTRAINT order_finding_kind_check
        CHECK (kind IN ('not pushed', 'twice in BigCommerce', 'gone from BigCommerce', 'unknown to the CRM'));
COMMENT ON COLUMN crm.order_finding.kind IS 'not pushed = paid but not in BigCommerce; twice in BigCommerce; gone from BigCommerce = pushed, but no longer there; unknown to the CRM = BigCommerce has it from us, but the CRM has no such order.';
DROP TABLE crm.store_state, crm.store_country, crm.store_geography;
