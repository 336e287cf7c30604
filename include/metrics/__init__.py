"""Numbers for a monitoring system, through Airflow's own stats: StatsD or OpenTelemetry, off by default."""
