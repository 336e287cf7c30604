-- A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
COPY (
    SELECT kind, bigcommerce_product_id AS "BigCommerce product id", bigcommerce_variant_id AS "BigCommerce variant id",
           regexp_replace(sku, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS sku,
           regexp_replace(reason, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS "reason and next step"
    FROM crm.sync_warning
    WHERE sync_run_id = %(sync_run_id)s
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
      AND (%(anywhere)s::text IS NULL OR sku ILIKE %(anywhere)s OR reason ILIKE %(anywhere)s)
    ORDER BY sync_warning_id
) TO STDOUT WITH (FORMAT csv, HEADER);
