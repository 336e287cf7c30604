"""The description of the page's API, for scripts."""

from __future__ import annotations

import pytest

from plugins.data_sources_page.app import create_app


def test_each_body_has_a_name_of_its_own_without_the_path_of_our_module(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    schemas = create_app().openapi()["components"]["schemas"]
    assert "ChosenOrders" in schemas
    assert [name for name in schemas if "__" in name] == []
