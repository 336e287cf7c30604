"""Fixtures of tests that need Postgres, some of them with Airflow's own database in it."""

from __future__ import annotations
