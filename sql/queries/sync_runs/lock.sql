SELECT pg_try_advisory_xact_lock(hashtextextended('crm.product_sync ' || %(data_source_id)s::bigint, 0)) AS locked;
