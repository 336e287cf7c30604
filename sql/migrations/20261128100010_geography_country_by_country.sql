-- migrate:up
ALTER TABLE crm.store_country ADD COLUMN read_at timestamptz NOT NULL DEFAULT clock_timestamp();
COMMENT ON COLUMN crm.store_country.read_at IS 'When the country and all its states were last read.';
COMMENT ON COLUMN crm.store_geography.is_complete IS 'Whether all countries and states could be read at once. Where the store''s pages are too small for that, they are read country by country.';
COMMENT ON TABLE crm.store_state IS 'The states that a store lists (GET /v2/countries/states): orders name them as it does. Of a country there are either all states, or none.';
DELETE FROM crm.store_geography WHERE read_at IS NOT NULL AND NOT is_complete;

-- migrate:down
COMMENT ON TABLE crm.store_state IS 'The states that a store lists (GET /v2/countries/states): orders name them as it does.';
COMMENT ON COLUMN crm.store_geography.is_complete IS 'Whether all states were read: where not, a state that is missing here may exist nevertheless.';
ALTER TABLE crm.store_country DROP COLUMN read_at;
