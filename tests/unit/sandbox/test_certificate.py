"""A sandbox store that other machines reach over HTTPS, with its own certificate."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
import requests

from include.connections.store import open_store
from include.sandbox import Sandbox, serve
from include.sandbox.__main__ import read_options

TOKEN = "a-made-up-token"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return tmp_path / "certificate.pem"


@pytest.fixture
def store(certificate: Path) -> Iterator[Sandbox]:
    with serve(
        Sandbox(products=1, token=TOKEN), host_name="localhost", certificate_file=certificate
    ) as sandbox:
        yield sandbox


def test_client_that_trusts_the_certificate_reaches_the_store(
    store: Sandbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = {"conn_type": "http", "extra": {"verify": str(certificate)}}
    monkeypatch.setenv("AIRFLOW_CONN_BIGCOMMERCE_SANDBOX1", json.dumps(connection))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())  # what the Connection says wins over this
    with open_store("sandbox1", base_url=store.base_url, token=TOKEN) as client:
        answer = client.send("GET", "/v2/store", scope="store_v2_information_read_only", safe_to_repeat=True)
    assert store.base_url.startswith("https://localhost:")
    assert answer.ok


def test_client_that_does_not_trust_the_certificate_sends_no_token(store: Sandbox) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{store.base_url}/stores/sandbox1/v2/store", headers={"X-Auth-Token": TOKEN}, timeout=5)
    assert not store.requests


def test_store_with_a_certificate_does_not_answer_unencrypted(store: Sandbox) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(store.base_url.replace("https:", "http:"), timeout=5)


def test_the_certificate_passes_the_strict_check_of_newer_pythons(store: Sandbox, certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    host, port = store.base_url.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port))) as plain,
        context.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        assert encrypted.version() == "TLSv1.3"


def test_the_file_holds_the_certificate_and_never_the_key(store: Sandbox, certificate: Path) -> None:
    assert certificate.read_text().count("-----BEGIN ") == 1
    assert "-----BEGIN CERTIFICATE-----" in certificate.read_text()
    assert list(certificate.parent.iterdir()) == [certificate]


@pytest.mark.parametrize("half", [["--host-name", "sandbox"], ["--certificate", "certificate.pem"]])
def test_host_name_without_certificate_or_the_reverse_is_refused(
    half: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_options(["--token", TOKEN, *half])
    assert "both --host-name and --certificate" in capsys.readouterr().err
