"""Data sources with every kind of problem, a memory, and real receivers: a mail server and a web hook."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from include.local.ports import free_port

CONNECTION = "AIRFLOW_CONN_BIGCOMMERCE_ALERTS"


class Memory:
    """Stands in for Airflow's asset_state_store, which needs a running Airflow."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def get(self, key: str, default: Any = None) -> Any:
        return json.loads(self.held[key]) if key in self.held else default

    def set(self, key: str, value: Any) -> None:
        self.held[key] = json.dumps(value)

    def delete(self, key: str) -> None:
        self.held.pop(key, None)


@dataclass
class Hook:
    """A web server that accepts JSON, or answers with an error while it is `broken`."""

    server: ThreadingHTTPServer
    received: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    @property
    def url(self) -> str:
        """Its address for Apprise; the password must never appear anywhere."""
        return f"json://user:a-made-up-password@127.0.0.1:{self.port}/alerts"

    @property
    def bodies(self) -> list[str]:
        return [each["message"] for each in self.received]


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A running web hook."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not hook.broken:
                hook.received.append(json.loads(body))
            self.send_response(503 if hook.broken else 200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

    hook = Hook(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=hook.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield hook
    hook.server.shutdown()
    thread.join()
    hook.server.server_close()


@dataclass
class MailServer:
    """A mail server that keeps every mail, or refuses it while it is `full`."""

    port: int = 0
    full: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """As aiosmtpd calls it."""
        if self.full:
            return "452 Insufficient system storage"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=airflow@example.com&to=ops@example.com"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A running mail server."""
    kept = MailServer()
    kept.port = free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    yield kept
    controller.stop()


@pytest.fixture
def memory() -> Memory:
    """An empty memory."""
    return Memory()


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the addresses in the Airflow Connection for alerts."""

    def channel(*urls: str) -> None:
        config = [{"path": url} for url in urls] if len(urls) != 1 else {"path": urls[0]}
        monkeypatch.setenv(CONNECTION, json.dumps({"conn_type": "apprise", "extra": {"config": config}}))

    return channel


@pytest.fixture
def watched(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of this test's CRM database, to which crm_db leads; Airflow has an address."""
    monkeypatch.setenv("AIRFLOW_CONN_CRM_DB", crm_url)
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.com/team")
    monkeypatch.delenv(CONNECTION, raising=False)
    return crm_url


@pytest.fixture
def change(crm: psycopg.Connection[Any]) -> Callable[..., None]:
    """Runs a statement and commits."""

    def change(statement: str, *parameters: object) -> None:
        crm.execute(statement.encode(), parameters)
        crm.commit()

    return change
