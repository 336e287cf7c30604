"""Fixtures of tests that need neither Postgres nor Airflow's database."""

from __future__ import annotations
