ANALYZE staged_product, staged_variant, quarantined;
