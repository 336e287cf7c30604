"""Product sync: a store's catalogue becomes campaign products, and each variant learns its CRM ids."""
