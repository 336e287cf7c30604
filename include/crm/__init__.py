"""The CRM's tables: queries and what they return. Knows nothing of HTTP or Airflow."""
