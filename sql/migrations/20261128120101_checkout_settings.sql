-- migrate:up
ALTER TABLE crm.data_source
    ADD COLUMN checkout_url text CHECK (checkout_url <> ''),
    ADD COLUMN checkout_redirect boolean NOT NULL DEFAULT false,
    ADD COLUMN checkout_test_cookie text CHECK (checkout_test_cookie <> ''),
    ADD CHECK (NOT checkout_redirect OR checkout_url IS NOT NULL);
COMMENT ON COLUMN crm.data_source.checkout_url IS 'Address of the CRM''s checkout page, to which checkout links add their parameters. Empty = there are no checkout links.';
COMMENT ON COLUMN crm.data_source.checkout_redirect IS 'Whether a script in the storefront takes shoppers to checkout_url instead of BigCommerce''s own checkout.';
COMMENT ON COLUMN crm.data_source.checkout_test_cookie IS 'Name of a storefront cookie: only shoppers who have it are redirected. Empty = every shopper is.';

-- migrate:down
ALTER TABLE crm.data_source
    DROP COLUMN checkout_url,
    DROP COLUMN checkout_redirect,
    DROP COLUMN checkout_test_cookie;
