-- migrate:up
-- Several readers read a catalogue at once, so pages arrive in no order. A first sync writes its products as it takes up
-- the pages, and people see them in that order.
ALTER TABLE crm.catalogue_page ADD COLUMN first_product_id bigint;
COMMENT ON COLUMN crm.catalogue_page.first_product_id IS 'The least BigCommerce id of a product of the page: pages are taken up in this order. Empty if no product has a usable id.';

-- migrate:down
ALTER TABLE crm.catalogue_page DROP COLUMN first_product_id;
