SELECT page_number
FROM crm.catalogue_page
WHERE sync_run_id = %(sync_run_id)s
ORDER BY first_product_id NULLS FIRST, page_number;
