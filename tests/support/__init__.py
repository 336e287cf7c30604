"""Helpers and fixtures that tests of every folder share; tests/conftest.py names the fixtures' modules."""
