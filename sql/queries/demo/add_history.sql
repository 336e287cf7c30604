-- Earlier syncs of a store, one for every three hours before now; for demo data.
INSERT INTO crm.sync_run
    (data_source_id, trigger, status, submitted_at, started_at, published_at, finished_at, products_total,
     products_pulled, requests, requests_least, counts, summary)
SELECT source.data_source_id, 'command line', 'Completed', at.began, at.began, at.ended, at.ended, %(products)s,
       %(products)s, 3, 1,
       jsonb_build_object('products', %(products)s::integer, 'variants', %(variants)s::integer,
                          'variants_changed', n %% 4),
       format('%%s products, %%s variants: %%s changed', %(products)s::integer, %(variants)s::integer, n %% 4)
FROM crm.data_source source
CROSS JOIN generate_series(%(syncs)s, 1, -1) n
CROSS JOIN LATERAL (
    SELECT now() - make_interval(hours => 3 * n) AS began,
           now() - make_interval(hours => 3 * n) + make_interval(secs => 3 + (n * 7) %% 5) AS ended
) at
WHERE source.store_hash = %(store_hash)s
