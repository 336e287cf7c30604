"""Metrics for a monitoring system, sent by Airflow's own stats (StatsD or OpenTelemetry), off by default."""
