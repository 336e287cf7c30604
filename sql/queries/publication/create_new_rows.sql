-- The staged rows that are new, once the changes are found.
CREATE TEMPORARY VIEW new_product AS
SELECT staged.*
FROM staged_product staged JOIN product_change USING (bigcommerce_product_id)
WHERE change = 'new';

CREATE TEMPORARY VIEW new_variant AS
SELECT staged.*
FROM staged_variant staged JOIN variant_change USING (bigcommerce_product_id, bigcommerce_variant_id)
WHERE change = 'new';
