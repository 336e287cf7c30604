-- migrate:up
-- The sync compresses pages itself; Postgres need not try again.
ALTER TABLE crm.catalogue_page ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON COLUMN crm.catalogue_page.body IS 'The page''s products that differ from the published ones (JSON), compressed by the sync (zlib); empty if none does.';

-- migrate:down
-- The version before this one cannot read compressed pages. A sync without its pages stops.
DELETE FROM crm.catalogue_page WHERE body IS NOT NULL;
ALTER TABLE crm.catalogue_page ALTER COLUMN body SET STORAGE EXTENDED;
COMMENT ON COLUMN crm.catalogue_page.body IS 'The page''s products that differ from the published ones (JSON), compressed by Postgres itself (TOAST); empty if none does.';
