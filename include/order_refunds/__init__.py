"""Refunds and cancellations in the CRM follow their orders to BigCommerce, each once."""
