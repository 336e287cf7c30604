-- A line for each value that differs, and one line for each new or removed row. A text that a spreadsheet would take
-- for a formula gets an apostrophe before it (OWASP, CSV injection).
COPY (
    SELECT change.change, change.kind, change.bigcommerce_product_id AS "BigCommerce product id",
           change.bigcommerce_variant_id AS "BigCommerce variant id",
           regexp_replace(change.sku, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS sku,
           regexp_replace(change.name, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS name,
           field.name AS field,
           regexp_replace(change.before ->> field.name, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS before,
           regexp_replace(change.after ->> field.name, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS after
    FROM crm.sync_change change
    LEFT JOIN LATERAL jsonb_object_keys(change.after) AS field (name)
           ON change.before IS NOT NULL AND change.before -> field.name IS DISTINCT FROM change.after -> field.name
    WHERE change.sync_run_id = %(sync_run_id)s
      AND (%(change)s::text IS NULL OR change.change = %(change)s)
      AND (%(anywhere)s::text IS NULL OR change.searched LIKE lower(%(anywhere)s))
    ORDER BY change.place, field.name
) TO STDOUT WITH (FORMAT csv, HEADER);
