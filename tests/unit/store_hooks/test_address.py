"""Which address BigCommerce can call."""

from __future__ import annotations

import pytest

from include.store_hooks.address import destination_of, public_address


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BIGCOMMERCE_PUBLIC_URL", "BIGCOMMERCE_ALLOW_LOOPBACK"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "http://localhost:8080")


def test_address_of_airflow_is_used_if_it_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    assert destination_of("abc123") == ""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://example.com/airflow/")
    assert destination_of("abc123") == "https://example.com/airflow/data-sources/hooks/abc123"


def test_public_address_of_its_own_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://inside.example.com")
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", "https://hooks.example.com:443")
    assert public_address() == "https://hooks.example.com:443"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com",
        "https://example.com:8443",
        "https://example.com:port",
        "https://",
        "https://127.0.0.1",
        "https://localhost",
        "https://me@example.com",
        "https://example.com/?a=1",
        "example.com",
    ],
)
def test_address_that_bigcommerce_does_not_call_is_none(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", address)
    assert public_address() == ""


def test_sandbox_on_this_machine_is_allowed_only_where_both_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGCOMMERCE_ALLOW_LOOPBACK", "true")
    assert public_address() == ""
    monkeypatch.setenv("BIGCOMMERCE_PUBLIC_URL", "http://127.0.0.1:8080")
    assert public_address() == "http://127.0.0.1:8080"
