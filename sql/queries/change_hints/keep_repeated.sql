-- A variant that moved to a product of this sync is set aside if the product from which it moved was not read: that one
-- still has it here. Both are read again, together. If both list it then, no more hints follow.
INSERT INTO crm.change_hint (data_source_id, subject, bigcommerce_id, event_hash)
SELECT run.data_source_id, 'product', product.bigcommerce_id,
       format('%%s repeated in sync %%s at %%s', product.bigcommerce_id, run.sync_run_id, now())
FROM crm.sync_run run
CROSS JOIN (SELECT bigcommerce_product_id FROM repeated_variant WHERE keeper_product_id <> ALL(%(only_product_ids)s)
            UNION
            SELECT keeper_product_id FROM repeated_variant WHERE keeper_product_id <> ALL(%(only_product_ids)s)
           ) product (bigcommerce_id)
WHERE run.sync_run_id = %(sync_run_id)s;
