"""Helpers and fixtures that several tests share; the conftest.py of each folder imports its fixtures."""
