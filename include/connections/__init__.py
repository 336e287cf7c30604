"""Airflow Connections, opened: the CRM's database and the API of a store, and what stands in their fields."""
