-- All valid shipments of one order: any other is void. A line is known by its product, unless several lines have it.
WITH line AS (
    SELECT line.line_number, line.sku, line.name, product.bigcommerce_product_id,
           count(*) OVER () AS lines,
           count(*) OVER (PARTITION BY product.bigcommerce_product_id) AS of_the_product
    FROM crm.customer_order_line line
    LEFT JOIN crm.campaign_product product USING (campaign_product_id)
    WHERE line.order_id = %(order_id)s
), voided AS (
    UPDATE crm.order_shipment
    SET voided_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE data_source_id = %(data_source_id)s
      AND order_id = %(order_id)s
      AND voided_at IS NULL
      AND bigcommerce_shipment_id <> ALL (%(bigcommerce_shipment_ids)s::bigint[])
    RETURNING bigcommerce_shipment_id
), saved AS (
    INSERT INTO crm.order_shipment AS known (
        data_source_id, bigcommerce_shipment_id, order_id, carrier, shipping_method, tracking_number,
        tracking_link, shipped_at)
    SELECT %(data_source_id)s, bigcommerce_shipment_id, %(order_id)s, carrier, shipping_method, tracking_number,
           tracking_link, shipped_at
    FROM jsonb_to_recordset(%(shipments)s) AS shipment (
        bigcommerce_shipment_id bigint, carrier text, shipping_method text, tracking_number text,
        tracking_link text, shipped_at timestamptz)
    ORDER BY bigcommerce_shipment_id
    ON CONFLICT (data_source_id, bigcommerce_shipment_id) DO UPDATE
    SET order_id = excluded.order_id, carrier = excluded.carrier, shipping_method = excluded.shipping_method,
        tracking_number = excluded.tracking_number, tracking_link = excluded.tracking_link,
        shipped_at = excluded.shipped_at, voided_at = NULL, updated_at = clock_timestamp()
    WHERE (known.order_id, known.carrier, known.shipping_method, known.tracking_number, known.tracking_link,
           known.shipped_at, known.voided_at)
          IS DISTINCT FROM
          (excluded.order_id, excluded.carrier, excluded.shipping_method, excluded.tracking_number,
           excluded.tracking_link, excluded.shipped_at, NULL)
    RETURNING (xmax = 0) AS is_new
), items AS (
    INSERT INTO crm.order_shipment_line AS known (
        data_source_id, bigcommerce_shipment_id, bigcommerce_order_product_id, bigcommerce_product_id,
        line_number, sku, name, quantity)
    SELECT %(data_source_id)s, item.bigcommerce_shipment_id, item.order_product_id, item.product_id,
           line.line_number, coalesce(line.sku, ''), coalesce(line.name, product.name, ''), item.quantity
    FROM jsonb_to_recordset(%(items)s) AS item (
        bigcommerce_shipment_id bigint, order_product_id bigint, product_id bigint, quantity integer)
    LEFT JOIN line
        ON line.lines = 1
        OR line.of_the_product = 1 AND line.bigcommerce_product_id = item.product_id
    LEFT JOIN crm.customer_order sold ON sold.order_id = %(order_id)s
    LEFT JOIN crm.campaign_product product
        ON product.campaign_id = sold.campaign_id AND product.bigcommerce_product_id = item.product_id
    ON CONFLICT (data_source_id, bigcommerce_shipment_id, bigcommerce_order_product_id) DO UPDATE
    SET quantity = excluded.quantity
    WHERE known.quantity <> excluded.quantity
)
SELECT (SELECT count(*) FROM saved WHERE is_new) AS added,
       (SELECT count(*) FROM saved WHERE NOT is_new) AS changed,
       (SELECT count(*) FROM voided) AS voided;
