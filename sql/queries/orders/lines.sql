-- Each line with the BigCommerce ids its variant has today (BigCommerce recreates variants under new ids).
SELECT line.order_id, line.variant_detail_id, line.line_number, line.sku, line.name, line.quantity, line.price,
       CASE WHEN variant.removed_at IS NULL THEN product.bigcommerce_product_id END AS bigcommerce_product_id,
       CASE WHEN variant.removed_at IS NULL THEN variant.bigcommerce_variant_id END AS bigcommerce_variant_id
FROM crm.customer_order_line line
JOIN crm.customer_order customer_order USING (order_id)
LEFT JOIN crm.campaign_product_variant variant USING (variant_detail_id)
LEFT JOIN crm.campaign_product product
       ON product.campaign_product_id = variant.campaign_product_id
      AND product.campaign_id = customer_order.campaign_id
WHERE line.order_id = ANY(%(order_ids)s)
ORDER BY line.order_id, line.line_number;
