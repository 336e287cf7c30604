-- A variant that moved to a product of this sync is set aside if the product from which it moved was not read: that one
-- still has it here. Both are read again, together. An event of its own for each variant and pair of products, so that
-- a variant which both go on listing is looked at once more, and not for ever.
INSERT INTO crm.change_hint (data_source_id, subject, bigcommerce_id, event_hash)
SELECT run.data_source_id, 'product', product.id,
       format('%%s: %%s in %%s, %%s', product.id, bigcommerce_variant_id, bigcommerce_product_id, keeper_product_id)
FROM crm.sync_run run
CROSS JOIN repeated_variant
CROSS JOIN LATERAL (VALUES (bigcommerce_product_id), (keeper_product_id)) product (id)
WHERE run.sync_run_id = %(sync_run_id)s AND keeper_product_id <> ALL(%(only_product_ids)s)
ON CONFLICT (data_source_id, event_hash) DO NOTHING;
