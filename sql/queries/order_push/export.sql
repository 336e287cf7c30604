-- Orders of the ledger with their customers, in the order of the ids. A text that a spreadsheet would take for a formula gets an apostrophe
-- before it (OWASP, CSV injection).
COPY (
    SELECT push.order_id AS "order id", source.store_hash AS "store hash", push.state,
           regexp_replace(customer_order.client_order_id, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS "client order id",
           push.bigcommerce_order_id AS "BigCommerce order id",
           regexp_replace(customer_order.name, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS customer,
           regexp_replace(customer_order.email_address, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS email,
           customer_order.total_amount AS total, customer_order.currency_code AS currency,
           to_char(customer_order.completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "completed at",
           regexp_replace(push.reason, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS reason, push.next_step AS "next step",
           to_char(push.dismissed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "dismissed at",
           regexp_replace(push.dismissed_by, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS "dismissed by",
           regexp_replace(push.dismissed_because, '^(?=[-=+@\uff1d\uff0b\uff0d\uff20\t\r\n])', '''') AS "dismissed because"
    FROM crm.order_push push
    JOIN crm.data_source source USING (data_source_id)
    JOIN crm.customer_order customer_order USING (order_id)
    WHERE push.order_push_id = ANY(%(order_push_ids)s::bigint[])
    ORDER BY array_position(%(order_push_ids)s::bigint[], push.order_push_id)
) TO STDOUT WITH (FORMAT csv, HEADER);
