"""Products, variants, custom fields and metafields: what a store sells, and how it answers for it."""
