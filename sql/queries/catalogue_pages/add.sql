WITH page AS (
    INSERT INTO crm.catalogue_page
        (sync_run_id, page_number, first_product_id, body, known_product_ids, known_digests)
    VALUES (%(sync_run_id)s, %(page_number)s, %(first_product_id)s, %(body)b, %(known_product_ids)b, %(known_digests)b)
)
UPDATE crm.sync_run
SET products_pulled = products_pulled + %(products)s,
    products_total = greatest(%(total)s, products_pulled + %(products)s)
WHERE sync_run_id = %(sync_run_id)s;
