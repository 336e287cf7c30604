COPY (
    SELECT kind AS difference, order_id AS "order",
           nullif(array_to_string(bigcommerce_order_ids, ' '), '') AS "BigCommerce orders",
           crm.spreadsheet_text(sentence) AS "reason and next step"
    FROM crm.order_finding
    WHERE order_reconciliation_id = %(order_reconciliation_id)s
      AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    ORDER BY order_id, kind
) TO STDOUT WITH (FORMAT csv, HEADER);
