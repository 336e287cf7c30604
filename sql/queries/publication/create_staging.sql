-- Until this transaction ends: what a large catalogue needs to be sorted and joined without temporary files, and small
-- samples, which are enough for the rows of one sync.
SET LOCAL work_mem = '64MB';
SET LOCAL default_statistics_target = 10;

-- What is listed beside staged_product and staged_variant; seen by this transaction alone, and gone at its end.
CREATE TEMPORARY TABLE quarantined (
    bigcommerce_product_id bigint,
    bigcommerce_variant_id bigint,
    sku text NOT NULL,
    reason text NOT NULL
) ON COMMIT DROP;

-- Variants that are listed below another product, too, which keeps them.
CREATE TEMPORARY TABLE repeated_variant (
    bigcommerce_product_id bigint NOT NULL,
    bigcommerce_variant_id bigint NOT NULL,
    sku text NOT NULL,
    keeper_product_id bigint NOT NULL
) ON COMMIT DROP;

-- Products that were published as the translation of the JSON that the store still sends;
-- they are not translated again.
CREATE TEMPORARY TABLE known_product (
    bigcommerce_product_id bigint NOT NULL,
    source_digest bytea NOT NULL
) ON COMMIT DROP;

CREATE TEMPORARY TABLE unchanged_product (
    campaign_product_id bigint NOT NULL,
    bigcommerce_product_id bigint NOT NULL
) ON COMMIT DROP;

CREATE TEMPORARY VIEW listed_variant AS
SELECT bigcommerce_product_id, bigcommerce_variant_id, sku, name, false AS is_unchanged
FROM staged_variant
UNION ALL
SELECT unchanged.bigcommerce_product_id, variant.bigcommerce_variant_id, variant.sku, variant.name, true
FROM unchanged_product unchanged
JOIN crm.campaign_product_variant variant USING (campaign_product_id)
WHERE variant.removed_at IS NULL;
