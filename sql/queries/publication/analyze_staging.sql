ANALYZE quarantined, unchanged_product;
