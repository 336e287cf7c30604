"""Order push: completed orders of the CRM reach BigCommerce, once."""
