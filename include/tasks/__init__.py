"""What a task of Airflow adds to a step: parameters checked, its sentence kept, retries, metrics, lineage."""
