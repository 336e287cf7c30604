SELECT first_product_id, body, known_product_ids, known_digests
FROM crm.catalogue_page
WHERE sync_run_id = %(sync_run_id)s AND page_number = %(page_number)s;
