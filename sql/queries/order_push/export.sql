-- Orders of the ledger with their customers, in the order of the ids.
COPY (
    SELECT push.order_id AS "order id", source.store_hash AS "store hash", push.state,
           crm.spreadsheet_text(customer_order.client_order_id) AS "client order id",
           push.bigcommerce_order_id AS "BigCommerce order id",
           crm.spreadsheet_text(customer_order.name) AS customer,
           crm.spreadsheet_text(customer_order.email_address) AS email,
           customer_order.total_amount AS total, customer_order.currency_code AS currency,
           to_char(customer_order.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "completed at",
           crm.spreadsheet_text(push.reason) AS reason, push.next_step AS "next step",
           to_char(push.dismissed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "dismissed at",
           crm.spreadsheet_text(push.dismissed_by) AS "dismissed by",
           crm.spreadsheet_text(push.dismissed_because) AS "dismissed because"
    FROM crm.order_push push
    JOIN crm.data_source source USING (data_source_id)
    JOIN crm.customer_order customer_order USING (order_id)
    WHERE push.order_push_id = ANY(%(order_push_ids)s::bigint[])
    ORDER BY array_position(%(order_push_ids)s::bigint[], push.order_push_id)
) TO STDOUT WITH (FORMAT csv, HEADER);
