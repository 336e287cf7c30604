"""The checkout redirect: what takes a shopper from the BigCommerce storefront to the CRM's checkout."""
