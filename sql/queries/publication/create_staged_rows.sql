-- The translated rows of the catalogue as just read, seen by this transaction alone and gone at its end.
CREATE TEMPORARY TABLE staged_product (
    bigcommerce_product_id bigint NOT NULL,
    name text NOT NULL,
    sku text NOT NULL,
    is_visible boolean NOT NULL,
    content_hash bytea NOT NULL,
    source_digest bytea
) ON COMMIT DROP;

CREATE TEMPORARY TABLE staged_variant (
    bigcommerce_product_id bigint NOT NULL,
    bigcommerce_variant_id bigint NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    options jsonb NOT NULL,
    price numeric NOT NULL,
    compare_at_price numeric,
    purchasing_disabled boolean NOT NULL,
    content_hash bytea NOT NULL
) ON COMMIT DROP;
