-- A line for each value that differs, and one line for each new or removed row.
COPY (
    SELECT change.change, change.kind, change.bigcommerce_product_id AS "BigCommerce product id",
           change.bigcommerce_variant_id AS "BigCommerce variant id",
           crm.spreadsheet_text(change.sku) AS sku,
           crm.spreadsheet_text(change.name) AS name,
           field.name AS field,
           crm.spreadsheet_text(change.before ->> field.name) AS before,
           crm.spreadsheet_text(change.after ->> field.name) AS after
    FROM crm.sync_change change
    LEFT JOIN LATERAL jsonb_object_keys(change.after) AS field (name)
           ON change.before IS NOT NULL AND change.before -> field.name IS DISTINCT FROM change.after -> field.name
    WHERE change.sync_run_id = %(sync_run_id)s
      AND (%(change)s::text IS NULL OR change.change = %(change)s)
      AND (%(anywhere)s::text IS NULL OR change.searched LIKE lower(%(anywhere)s))
    ORDER BY change.place, field.name
) TO STDOUT WITH (FORMAT csv, HEADER);
