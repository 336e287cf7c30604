-- migrate:up
ALTER TABLE crm.campaign_product ADD COLUMN source_digest bytea;
COMMENT ON COLUMN crm.campaign_product.source_digest IS 'Digest of the product''s JSON, as the store sent it, whose translation this row and its variants are. While the store sends the same, a sync leaves it as it is. Empty = the next sync translates it.';

ALTER TABLE crm.catalogue_page
    ALTER COLUMN body DROP NOT NULL,
    ADD COLUMN known_product_ids bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN known_digests bytea[] NOT NULL DEFAULT '{}',
    ADD CHECK (cardinality(known_product_ids) = cardinality(known_digests));
COMMENT ON TABLE crm.catalogue_page IS 'Staging: the products of a running sync, so that a retried step reads nothing again. Those that differ from the published ones are here exactly as the store sent them. Emptied when the sync ends well.';
COMMENT ON COLUMN crm.catalogue_page.body IS 'The page''s products that differ from the published ones (JSON), compressed by Postgres itself (TOAST); empty if none does.';
COMMENT ON COLUMN crm.catalogue_page.known_product_ids IS 'BigCommerce ids of the page''s other products: the store sent what was published already.';
COMMENT ON COLUMN crm.catalogue_page.known_digests IS 'The digest of each of them, as in crm.campaign_product.source_digest.';

-- migrate:down
-- Without their known products these pages would look as if the store had removed those. A sync without its pages stops.
DELETE FROM crm.catalogue_page WHERE body IS NULL OR known_product_ids <> '{}';
ALTER TABLE crm.catalogue_page
    DROP COLUMN known_product_ids,
    DROP COLUMN known_digests,
    ALTER COLUMN body SET NOT NULL;
COMMENT ON TABLE crm.catalogue_page IS 'Staging: the products of a running sync exactly as the store sent them, so that a retried step reads nothing again. Emptied when the sync ends well.';
COMMENT ON COLUMN crm.catalogue_page.body IS 'The response body (JSON), compressed by Postgres itself (TOAST).';
ALTER TABLE crm.campaign_product DROP COLUMN source_digest;
