COPY (
    SELECT kind, bigcommerce_product_id AS "BigCommerce product id", bigcommerce_variant_id AS "BigCommerce variant id",
           crm.spreadsheet_text(sku) AS sku,
           crm.spreadsheet_text(reason) AS "reason and next step"
    FROM crm.sync_warning
    WHERE sync_run_id = %(sync_run_id)s
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(anywhere)s::text IS NULL OR sku ILIKE %(anywhere)s OR reason ILIKE %(anywhere)s)
    ORDER BY sync_warning_id
) TO STDOUT WITH (FORMAT csv, HEADER);
